/*-------------------------------------------------------------------------
 *
 * tableam.h
 *	  The table access method dynamo: the heap, with callbacks of ours.
 *
 * Tables of it are heaps to the last byte.  What differs is where a new
 * tuple is put (placement.c), which updates are HOT (expression_hot.c) and
 * the order in which VACUUM FULL writes (rewrite.c).
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_TABLEAM_H
#define DYN_TABLEAM_TABLEAM_H

/* Set up the access method.  Called once, from _PG_init. */
extern void dyn_tableam_init(void);

#endif							/* DYN_TABLEAM_TABLEAM_H */
