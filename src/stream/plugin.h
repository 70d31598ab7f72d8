/*-------------------------------------------------------------------------
 *
 * plugin.h
 *	  The output plugin: turns decoded changes into entries of the spool.
 *	  For this folder only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_PLUGIN_H
#define DYN_STREAM_PLUGIN_H

/* What the slots of this plugin say. */
#define DYN_STREAM_PLUGIN	"dynamo"

/* Allow this process, which is the stream worker, to decode with it. */
extern void dyn_plugin_allow(void);

#endif							/* DYN_STREAM_PLUGIN_H */
