/*-------------------------------------------------------------------------
 *
 * key_match.c
 *	  The CHECK of every table: is this key the key of this item?
 *
 * It runs for each row that SQL writes, so the usual answer costs only the
 * look-up of the key attributes and a comparison of bytes; what differs is
 * worked out when it is too late to be fast.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "base/error.h"
#include "item/key.h"
#include "item/key_call.h"

static int	first_difference(const uint8 *key, uint32 length, const uint8 *expected, uint32 expected_length,
							 const DynKeySchema *schema);

PG_FUNCTION_INFO_V1(dynamo_key_matches);
Datum
dynamo_key_matches(PG_FUNCTION_ARGS)
{
	const DynKeySchema *schema = dyn_key_schema_of_call(fcinfo, 2);
	struct varlena *key = PG_GETARG_VARLENA_PP(0);
	const uint8 *bytes = (const uint8 *) VARDATA_ANY(key);
	uint32		length = VARSIZE_ANY_EXHDR(key);
	uint8		expected[DYN_MAX_KEY_BYTES];
	DynKeyFault fault;
	uint32		expected_length = dyn_key_encode_datum(schema, PG_GETARG_DATUM(1), expected, &fault);
	int			position;

	if (expected_length == 0)
		dyn_key_raise(schema, &fault, NULL);
	if (length == expected_length && memcmp(bytes, expected, length) == 0)
		PG_RETURN_BOOL(true);

	position = first_difference(bytes, length, expected, expected_length, schema);
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key",
					schema->attributes[position].name),
			 errdetail("The row's key is %s, but its item has the key %s.",
					   dyn_key_text(bytes, length), dyn_key_text(expected, expected_length)),
			 errhint("Set the key with the item: key = dynamo.key_of(<the new item>, %s).",
					 dyn_key_schema_text(schema))));
}

/*
 * Find the attribute whose value differs between two keys, of which the
 * second one is of this key schema.
 */
static int
first_difference(const uint8 *key, uint32 length, const uint8 *expected, uint32 expected_length,
				 const DynKeySchema *schema)
{
	DynKeyParts ours;
	DynKeyParts theirs;
	uint32		partition = dyn_key_partition_length(expected, expected_length);
	bool		same_partition;

	if (!dyn_key_decode(key, length, &ours) || !dyn_key_decode(expected, expected_length, &theirs))
		return 0;

	same_partition = dyn_key_partition_length(key, length) == partition && memcmp(key, expected, partition) == 0;
	if (!same_partition)
	{
		if (ours.digest != NULL || theirs.digest != NULL)
			return 0;
		for (int i = 0; i < Min(ours.nhash, theirs.nhash); i++)
			if (!dyn_value_equal(&ours.values[i], &theirs.values[i]))
				return i;
		return 0;
	}
	for (int i = 0; i < Min(ours.nrange, theirs.nrange); i++)
		if (!dyn_value_equal(&ours.values[ours.nhash + i], &theirs.values[theirs.nhash + i]))
			return schema->nhash + i;
	return dyn_key_schema_count(schema) - 1;
}
