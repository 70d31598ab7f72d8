/*-------------------------------------------------------------------------
 *
 * query_json.h
 *	  Rules of Query and Scan that the typed forms have, too.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_QUERY_JSON_H
#define DYN_API_QUERY_JSON_H

#include "base/compat.h"

/* Raise for a Query without a key condition. */
pg_noreturn extern void dyn_raise_no_key_condition(void);

/* Raise unless Segment and TotalSegments are both given or both absent, and fit each other. */
extern void dyn_check_segment(bool has_segment, uint32 segment, bool has_total, uint32 total);

#endif							/* DYN_API_QUERY_JSON_H */
