/*-------------------------------------------------------------------------
 *
 * cache.c
 *	  Compiled expressions by kind and text, the least recently used of which
 *	  are forgotten.
 *
 * A compiled expression holds no names, values or catalog facts, so nothing
 * ever makes it stale.  What is in use is pinned and stays, even if that
 * exceeds the bounds for a while; pins that an error left behind end with
 * the subtransaction that the error ends.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/hashfn.h"
#include "lib/ilist.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "expr/tree.h"

/* Bounds of the cache of one backend. */
#define MAX_ENTRIES		256
#define MAX_BYTES		((Size) 4 * 1024 * 1024)

typedef struct CacheEntry
{
	uint64		hash;			/* of kind and text; the key */
	dlist_node	node;			/* in "recent" */
	DynExpression *expression;
	Size		bytes;
	int			pins;
} CacheEntry;

/* Operations nest by triggers only, so there are few. */
typedef struct Pin
{
	CacheEntry *entry;
	SubTransactionId owner;
} Pin;

static HTAB *entries = NULL;
static dlist_head recent = DLIST_STATIC_INIT(recent);	/* most recently used first */
static Size total_bytes = 0;
static Pin *pins = NULL;
static int	npins = 0;
static int	pins_room = 0;

static void begin(void);
static void reserve_pin(void);
static void pin(CacheEntry *entry);
static void unpin(int i);
static DynExpression *compile(DynExpressionKind kind, const char *text, size_t length);
static void evict(void);
static void end_transaction(XactEvent event, void *arg);
static void end_subtransaction(SubXactEvent event, SubTransactionId self, SubTransactionId parent, void *arg);

const DynExpression *
dyn_expression_compile(DynExpressionKind kind, const char *text, size_t length)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) text, (int) length, (uint64) kind);
	CacheEntry *entry;
	DynExpression *expression;
	bool		found;

	begin();
	reserve_pin();
	entry = hash_search(entries, &hash, HASH_FIND, NULL);
	if (entry != NULL && entry->expression->kind == kind && entry->expression->length == length &&
		memcmp(entry->expression->text, text, length) == 0)
	{
		dlist_move_head(&recent, &entry->node);
		pin(entry);
		return entry->expression;
	}

	expression = compile(kind, text, length);
	if (entry != NULL)
	{
		/* another text of the same hash: too rare to deserve a place, but it must not be lost */
		MemoryContextSetParent(expression->context, CurrentMemoryContext);
		return expression;
	}

	evict();
	entry = hash_search(entries, &hash, HASH_ENTER, &found);
	entry->expression = expression;
	entry->bytes = MemoryContextMemAllocated(expression->context, true);
	entry->pins = 0;
	total_bytes += entry->bytes;
	MemoryContextSetParent(expression->context, TopMemoryContext);
	dlist_push_head(&recent, &entry->node);
	pin(entry);
	return expression;
}

static void
begin(void)
{
	HASHCTL		control = {.keysize = sizeof(uint64), .entrysize = sizeof(CacheEntry)};

	if (entries != NULL)
		return;
	entries = hash_create("dynamo expressions", MAX_ENTRIES, &control, HASH_ELEM | HASH_BLOBS);
	RegisterXactCallback(end_transaction, NULL);
	RegisterSubXactCallback(end_subtransaction, NULL);
}

/* Make sure that the next pin cannot fail. */
static void
reserve_pin(void)
{
	int			room = Max(8, pins_room * 2);

	if (npins < pins_room)
		return;
	pins = pins == NULL ? MemoryContextAlloc(TopMemoryContext, sizeof(Pin) * room) :
		repalloc(pins, sizeof(Pin) * room);
	pins_room = room;
}

static void
pin(CacheEntry *entry)
{
	entry->pins++;
	pins[npins].entry = entry;
	pins[npins].owner = GetCurrentSubTransactionId();
	npins++;
}

static void
unpin(int i)
{
	pins[i].entry->pins--;
	npins--;
	memmove(&pins[i], &pins[i + 1], sizeof(Pin) * (npins - i));
}

void
dyn_expression_release(const DynExpression *expression)
{
	for (int i = npins - 1; i >= 0; i--)
		if (pins[i].entry->expression == expression)
		{
			unpin(i);
			return;
		}
}

/* Compile in a context of its own, which an error takes away with the caller's. */
static DynExpression *
compile(DynExpressionKind kind, const char *text, size_t length)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo expression", ALLOCSET_SMALL_SIZES);
	MemoryContext old_context;
	DynExpression *expression;

	/* the length is checked first, so that nothing long is copied */
	if (length > DYN_MAX_EXPRESSION_BYTES)
		return dyn_expression_parse(kind, text, (uint32) Min(length, PG_UINT32_MAX));

	old_context = MemoryContextSwitchTo(context);
	expression = dyn_expression_parse(kind, pnstrdup(text, length), (uint32) length);
	MemoryContextSwitchTo(old_context);
	return expression;
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
		if (entry->pins > 0)
			continue;
		dlist_delete(&entry->node);
		total_bytes -= entry->bytes;
		MemoryContextDelete(entry->expression->context);
		hash_search(entries, &entry->hash, HASH_REMOVE, NULL);
	}
}

static void
end_transaction(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return;
	while (npins > 0)
		unpin(npins - 1);
}

static void
end_subtransaction(SubXactEvent event, SubTransactionId self, SubTransactionId parent, void *arg)
{
	for (int i = npins - 1; i >= 0; i--)
	{
		if (pins[i].owner != self)
			continue;
		if (event == SUBXACT_EVENT_ABORT_SUB)
			unpin(i);
		else if (event == SUBXACT_EVENT_COMMIT_SUB)
			pins[i].owner = parent;
	}
}
