/*-------------------------------------------------------------------------
 *
 * partition_cache.c
 *	  A small memory of where the items of partition keys went.
 *
 * It saves most insertions a descent of the index.  A slot is 64 bits, half a
 * hash and a block number, read and written at once, so that nothing is
 * locked.  The hash is of the partition part together with the relation's
 * file, so that TRUNCATE and rewrites need not clear anything.  Slots are in
 * sets of four; a newcomer takes any of them.  A wrong answer costs a bad
 * place for a tuple and no more.
 *
 * Where the library is preloaded, or the server can make shared memory at any
 * time (since 17), all backends share one memory.  Then they fill one page of
 * a partition together, where otherwise each of them has one of its own in
 * hand; it matters when many backends write to many partitions, in no order
 * of the sort keys.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "item/key.h"
#include "tableam/partition_cache.h"

#define WAYS			4
#define SHARED_SETS		16384	/* 512 kB */
#define LOCAL_SETS		2048	/* 64 kB */

static pg_atomic_uint64 *slots = NULL;
static uint64 nsets;

static shmem_request_hook_type previous_request_hook = NULL;
static shmem_startup_hook_type previous_startup_hook = NULL;

static void request_shared_memory(void);
static void find_shared_memory(void);
static void clear(void *memory);
static void clear_slots(pg_atomic_uint64 *memory, uint64 count);
static pg_atomic_uint64 *find_set(uint64 hash);

void
dyn_partition_cache_init(void)
{
	if (!process_shared_preload_libraries_in_progress)
		return;
	previous_request_hook = shmem_request_hook;
	shmem_request_hook = request_shared_memory;
	previous_startup_hook = shmem_startup_hook;
	shmem_startup_hook = find_shared_memory;
}

static void
request_shared_memory(void)
{
	if (previous_request_hook != NULL)
		previous_request_hook();
	RequestAddinShmemSpace(SHARED_SETS * WAYS * sizeof(pg_atomic_uint64));
}

static void
find_shared_memory(void)
{
	bool		found;

	if (previous_startup_hook != NULL)
		previous_startup_hook();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	slots = ShmemInitStruct("dynamo partitions", SHARED_SETS * WAYS * sizeof(pg_atomic_uint64), &found);
	nsets = SHARED_SETS;
	if (!found)
		clear(slots);
	LWLockRelease(AddinShmemInitLock);
}

/* Make shared memory empty. */
static void
clear(void *memory)
{
	clear_slots(memory, SHARED_SETS * WAYS);
}

static void
clear_slots(pg_atomic_uint64 *memory, uint64 count)
{
	for (uint64 i = 0; i < count; i++)
		pg_atomic_init_u64(&memory[i], 0);
}

uint64
dyn_partition_hash(Oid relation_number, Datum key)
{
	struct varlena *bytes = PG_DETOAST_DATUM_PACKED(key);
	const uint8 *start = (const uint8 *) VARDATA_ANY(bytes);
	uint64		hash = hash_bytes_extended(start, dyn_key_partition_length(start, VARSIZE_ANY_EXHDR(bytes)),
										   (uint64) MyDatabaseId << 32 | relation_number);

	if ((Pointer) bytes != DatumGetPointer(key))
		pfree(bytes);
	return hash;
}

BlockNumber
dyn_partition_cache_get(uint64 hash)
{
	pg_atomic_uint64 *set = find_set(hash);

	for (int i = 0; i < WAYS; i++)
	{
		uint64		slot = pg_atomic_read_u64(&set[i]);

		if (slot >> 32 == hash >> 32 && slot != 0)
			return (BlockNumber) slot;
	}
	return InvalidBlockNumber;
}

void
dyn_partition_cache_put(uint64 hash, BlockNumber block)
{
	pg_atomic_uint64 *set = find_set(hash);
	uint64		slot = (hash >> 32) << 32 | block;
	int			i;

	for (i = 0; i < WAYS - 1; i++)
	{
		uint64		other = pg_atomic_read_u64(&set[i]);

		if (other == slot)
			return;
		if (other >> 32 == hash >> 32 || other == 0)
			break;
	}
	/* All taken by others: one of them goes, another one each time. */
	if (i == WAYS - 1 && pg_atomic_read_u64(&set[i]) >> 32 != hash >> 32)
		i = block % WAYS;
	pg_atomic_write_u64(&set[i], slot);
}

static pg_atomic_uint64 *
find_set(uint64 hash)
{
	if (slots == NULL && IsUnderPostmaster)
	{
		nsets = SHARED_SETS;
		slots = dyn_shared_memory("dynamo partitions", SHARED_SETS * WAYS * sizeof(pg_atomic_uint64), clear);
	}
	if (slots == NULL)
	{
		nsets = LOCAL_SETS;
		slots = MemoryContextAlloc(CacheMemoryContext, LOCAL_SETS * WAYS * sizeof(pg_atomic_uint64));
		clear_slots(slots, LOCAL_SETS * WAYS);
	}
	return &slots[hash % nsets * WAYS];
}
