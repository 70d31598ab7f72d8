/*-------------------------------------------------------------------------
 *
 * byte_order.c
 *	  Comparing and hashing keys, items and attribute values: their bytes, as
 *	  the backend's functions for bytea do.
 *
 * The SQL functions could name the backend's as LANGUAGE internal.  But a
 * function of that language that is not the backend's own is looked up by
 * comparing its name with those of all built-in functions, each time that a
 * statement is prepared to run: some microseconds, a quarter of what a
 * prepared statement on one key costs.  A C function is found by its OID.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

/* Define a function that is the backend's under another name. */
#define SAME_AS(ours, backends) \
	PG_FUNCTION_INFO_V1(ours); \
	Datum \
	ours(PG_FUNCTION_ARGS) \
	{ \
		return backends(fcinfo); \
	} \
	extern Datum ours(PG_FUNCTION_ARGS)

SAME_AS(dynamo_bytes_eq, byteaeq);
SAME_AS(dynamo_bytes_ne, byteane);
SAME_AS(dynamo_bytes_lt, bytealt);
SAME_AS(dynamo_bytes_le, byteale);
SAME_AS(dynamo_bytes_gt, byteagt);
SAME_AS(dynamo_bytes_ge, byteage);
SAME_AS(dynamo_bytes_cmp, byteacmp);
SAME_AS(dynamo_bytes_sortsupport, bytea_sortsupport);
SAME_AS(dynamo_bytes_hash, hashvarlena);
SAME_AS(dynamo_bytes_hash_extended, hashvarlenaextended);
