/*-------------------------------------------------------------------------
 *
 * cache.c
 *	  Trees of statements by their text, the least recently used of which are
 *	  forgotten.
 *
 * A tree knows no table and no parameter's value, so nothing ever makes it
 * stale.  A text is kept when it comes for the second time: statements with
 * literals in them come once, and would only push the others out.  Whoever
 * takes a tree uses it until the memory context in which he took it is reset
 * or deleted, also by an error; until then it stays.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "partiql/tree.h"

/* Bounds of the cache of one backend. */
#define MAX_ENTRIES		256
#define MAX_BYTES		((Size) 4 * 1024 * 1024)

/* Texts that were seen once: their hashes, each in the place it falls on. */
#define SEEN_ONCE		1024

typedef struct CacheEntry
{
	uint64		hash;			/* of the text; the key */
	dlist_node	node;			/* in "recent" */
	const DynPartiqlStatement *statement;
	MemoryContext context;
	Size		bytes;
	int			users;
} CacheEntry;

static HTAB *entries = NULL;
static dlist_head recent = DLIST_STATIC_INIT(recent);	/* most recently used first */
static Size total_bytes = 0;
static uint64 seen_once[SEEN_ONCE];

static const DynPartiqlStatement *use(CacheEntry *entry);
static void end_use(void *entry);
static bool was_seen(uint64 hash);
static CacheEntry *add(uint64 hash, const char *text, size_t length);
static void evict(void);

const DynPartiqlStatement *
dyn_partiql_parse_cached(const char *text, size_t length)
{
	HASHCTL		control = {.keysize = sizeof(uint64), .entrysize = sizeof(CacheEntry), .hcxt = TopMemoryContext};
	uint64		hash;
	CacheEntry *entry;

	/* what is too long is refused at once */
	if (length > 4 * DYN_MAX_STATEMENT_CHARACTERS)
		return dyn_partiql_parse(text, length);
	if (entries == NULL)
		entries = hash_create("dynamo statements", MAX_ENTRIES, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);

	hash = hash_bytes_extended((const unsigned char *) text, (int) length, 0);
	entry = hash_search(entries, &hash, HASH_FIND, NULL);
	if (entry == NULL && was_seen(hash))
		entry = add(hash, text, length);
	/* another text may have the same hash: too rare to deserve a place */
	if (entry == NULL || entry->statement->length != length || memcmp(entry->statement->text, text, length) != 0)
		return dyn_partiql_parse(text, length);
	return use(entry);
}

static const DynPartiqlStatement *
use(CacheEntry *entry)
{
	MemoryContextCallback *callback = palloc(sizeof(MemoryContextCallback));

	dlist_move_head(&recent, &entry->node);
	callback->func = end_use;
	callback->arg = entry;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	entry->users++;
	return entry->statement;
}

static void
end_use(void *entry)
{
	((CacheEntry *) entry)->users--;
}

/* Was there a text of this hash lately?  Now there was. */
static bool
was_seen(uint64 hash)
{
	bool		seen = seen_once[hash % SEEN_ONCE] == hash;

	seen_once[hash % SEEN_ONCE] = hash;
	return seen;
}

/* Parse in a context of its own, which an error takes away with the caller's. */
static CacheEntry *
add(uint64 hash, const char *text, size_t length)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo statement", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	char	   *copy = palloc(length);
	const DynPartiqlStatement *statement;
	CacheEntry *entry;
	bool		found;

	/* strings may have U+0000 */
	memcpy(copy, text, length);
	statement = dyn_partiql_parse(copy, length);
	MemoryContextSwitchTo(caller);
	evict();
	entry = hash_search(entries, &hash, HASH_ENTER, &found);
	Assert(!found);
	entry->statement = statement;
	entry->context = context;
	entry->bytes = MemoryContextMemAllocated(context, true);
	entry->users = 0;
	total_bytes += entry->bytes;
	MemoryContextSetParent(context, TopMemoryContext);
	dlist_push_head(&recent, &entry->node);
	return entry;
}

/* Make room for one more. */
static void
evict(void)
{
	dlist_node *node = dlist_is_empty(&recent) ? NULL : dlist_tail_node(&recent);

	while (node != NULL && (hash_get_num_entries(entries) >= MAX_ENTRIES || total_bytes > MAX_BYTES))
	{
		CacheEntry *entry = dlist_container(CacheEntry, node, node);

		node = dlist_has_prev(&recent, node) ? dlist_prev_node(&recent, node) : NULL;
		if (entry->users > 0)
			continue;
		dlist_delete(&entry->node);
		total_bytes -= entry->bytes;
		MemoryContextDelete(entry->context);
		hash_search(entries, &entry->hash, HASH_REMOVE, NULL);
	}
}
