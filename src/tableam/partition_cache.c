/*-------------------------------------------------------------------------
 *
 * partition_cache.c
 *	  A small memory of where the items of partition keys went.
 *
 * It saves most insertions a descent of the index.  It is of a fixed size and
 * belongs to the backend: sets of four entries, the one used last in front.
 * The key is a hash of the partition part together with the number of the
 * relation's file, so that TRUNCATE and rewrites need not clear anything.
 * A wrong answer costs a bad place for a tuple and no more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "item/key.h"
#include "tableam/partition_cache.h"

#define SETS	2048
#define WAYS	4

typedef struct Entry
{
	uint64		hash;
	Oid			relation_number;	/* 0: unused */
	BlockNumber block;
} Entry;

/* SETS times WAYS of them, 128 kB; made at the first use. */
static Entry *entries = NULL;

static Entry *find_set(uint64 hash);

uint64
dyn_partition_hash(Oid relation_number, Datum key)
{
	struct varlena *bytes = PG_DETOAST_DATUM_PACKED(key);
	const uint8 *start = (const uint8 *) VARDATA_ANY(bytes);
	uint64		hash = hash_bytes_extended(start, dyn_key_partition_length(start, VARSIZE_ANY_EXHDR(bytes)),
										   relation_number);

	if ((Pointer) bytes != DatumGetPointer(key))
		pfree(bytes);
	return hash;
}

BlockNumber
dyn_partition_cache_get(Oid relation_number, uint64 hash)
{
	Entry	   *set = find_set(hash);

	for (int i = 0; i < WAYS; i++)
		if (set[i].hash == hash && set[i].relation_number == relation_number)
			return set[i].block;
	return InvalidBlockNumber;
}

void
dyn_partition_cache_put(Oid relation_number, uint64 hash, BlockNumber block)
{
	Entry	   *set = find_set(hash);
	int			i;

	for (i = 0; i < WAYS - 1; i++)
		if (set[i].hash == hash && set[i].relation_number == relation_number)
			break;
	for (; i > 0; i--)
		set[i] = set[i - 1];
	set[0].hash = hash;
	set[0].relation_number = relation_number;
	set[0].block = block;
}

static Entry *
find_set(uint64 hash)
{
	if (entries == NULL)
		entries = MemoryContextAllocZero(CacheMemoryContext, SETS * WAYS * sizeof(Entry));
	return &entries[(hash % SETS) * WAYS];
}
