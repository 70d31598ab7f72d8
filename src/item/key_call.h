/*-------------------------------------------------------------------------
 *
 * key_call.h
 *	  The key schema that an SQL function was called with.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_KEY_CALL_H
#define DYN_ITEM_KEY_CALL_H

#include "fmgr.h"

#include "item/key_schema.h"

/*
 * The key schema in a call's arguments, texts from position "first" to the
 * last one.  Kept in fn_extra where the arguments are constant during the
 * query, as they are in CHECKs and index expressions.
 */
extern const DynKeySchema *dyn_key_schema_of_call(FunctionCallInfo fcinfo, int first);

#endif							/* DYN_ITEM_KEY_CALL_H */
