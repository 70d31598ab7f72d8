/*-------------------------------------------------------------------------
 *
 * event_filter.h
 *	  Filters of event source mappings: patterns that records must match.
 *
 * A filter is a pattern, or an array of one to five of which one must match.
 * A pattern has the members of a record that matter, nested as they are, and
 * in the place of each value an array of what it may be:
 *
 *	{"eventName": ["INSERT", "MODIFY"],
 *	 "dynamodb": {"NewImage": {"Price": {"N": [{"numeric": [">", 10]}]}}}}
 *
 * An element is a string, a number, true, false or null, or one of
 *	{"prefix": "a"}, {"suffix": "z"}, {"equals-ignore-case": "a"},
 *	{"anything-but": value, array of values, or {"prefix": ...}},
 *	{"numeric": [">", 0, "<=", 5]}, {"exists": true}
 * "$or" has an array of patterns.  Where the record has an array, one of its
 * elements must match.  A number as a string (of an N) is compared as a
 * number by "numeric".
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_EVENT_FILTER_H
#define DYN_STREAM_EVENT_FILTER_H

#include "utils/jsonb.h"

/* Raise ERRCODE_INVALID_PARAMETER_VALUE where it is not a filter. */
extern void dyn_event_filter_check(const Jsonb *filter);

/* Does a record match a checked filter? */
extern bool dyn_event_filter_matches(Jsonb *filter, Jsonb *record);

#endif							/* DYN_STREAM_EVENT_FILTER_H */
