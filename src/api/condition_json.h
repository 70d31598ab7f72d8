/*-------------------------------------------------------------------------
 *
 * condition_json.h
 *	  The older parameters that are conditions: Expected, QueryFilter,
 *	  ScanFilter and KeyConditions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_CONDITION_JSON_H
#define DYN_API_CONDITION_JSON_H

#include "api/shape.h"
#include "expr/key_condition.h"

/* Expected, with its ConditionalOperator; NULL where it is absent or empty. */
extern const DynBinding *dyn_read_expected(const DynJson *request);

/* QueryFilter or ScanFilter, with its ConditionalOperator; NULL where it is absent or empty. */
extern const DynBinding *dyn_read_filter(const DynJson *request, const char *name);

extern void dyn_read_key_conditions(const DynJson *request, DynKeyClauses *clauses);

#endif							/* DYN_API_CONDITION_JSON_H */
