/*-------------------------------------------------------------------------
 *
 * pages.c
 *	  Finding, adding and reserving pages.
 *
 * The free space map is where backends agree: it says of a page how much
 * anybody may take.  Reserving room for a collection takes it out of the map
 * although it is not used yet.  The map is a hint everywhere in Postgres, so
 * nothing is wrong when it says too little; vacuum writes what is true, and
 * so gives back what was reserved in vain.
 *
 * The map also tells the backends that fill pages of one partition of each
 * other's: a page that is reserved as a whole, and has room, is marked with
 * as little as the map can say, which is too little for any tuple.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/freespace.h"
#include "storage/lmgr.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "tableam/pages.h"

/* What the map rounds to. */
#define MAP_UNIT		(BLCKSZ / 256)

/* A page that is reserved and not full. */
#define RESERVED		MAP_UNIT

/* How many pages of the map are tried that turn out to be full. */
#define MAX_TRIES		4

#define EMPTY_PAGE_ROOM	(BLCKSZ - SizeOfPageHeaderData)

/* A page that has nothing but a few line pointers counts as empty. */
#define NEARLY_EMPTY	(MaxHeapTupleSize - MaxHeapTuplesPerPage / 8 * sizeof(ItemIdData))

static BlockNumber reserve_known_page(Relation relation, Size space, Size demand);

Size
dyn_page_capacity(Relation relation)
{
	return BLCKSZ - SizeOfPageHeaderData - RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);
}

/* The heap's own rule, so that it agrees where we say that there is room. */
Size
dyn_page_demand(Relation relation, Size length)
{
	Size		kept_free = RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);

	length = MAXALIGN(length);
	if (length + kept_free > NEARLY_EMPTY)
		return Max(length, NEARLY_EMPTY);
	return length + kept_free;
}

Size
dyn_page_room(Relation relation, BlockNumber block)
{
	Buffer		buffer = ReadBuffer(relation, block);
	Page		page = BufferGetPage(buffer);
	Size		room = PageIsNew(page) ? EMPTY_PAGE_ROOM : PageGetHeapFreeSpace(page);

	ReleaseBuffer(buffer);
	return room;
}

Size
dyn_page_tuple_length(Relation relation, ItemPointer tid)
{
	Buffer		buffer = ReadBuffer(relation, ItemPointerGetBlockNumber(tid));
	Page		page = BufferGetPage(buffer);
	OffsetNumber offset = ItemPointerGetOffsetNumber(tid);
	Size		length = 0;

	if (offset <= PageGetMaxOffsetNumber(page))
	{
		ItemId		line_pointer = PageGetItemId(page, offset);

		if (ItemIdIsNormal(line_pointer))
			length = ItemIdGetLength(line_pointer);
	}
	ReleaseBuffer(buffer);
	return length;
}

/*
 * The page is initialized but not logged, as when the heap extends a table:
 * after a crash it may be all zeros, which vacuum and insertions take for an
 * empty page.
 */
BlockNumber
dyn_page_extend(Relation relation)
{
	bool		lock = DYN_EXTEND_NEEDS_LOCK && !RELATION_IS_LOCAL(relation);
	Buffer		buffer;
	Page		page;
	BlockNumber block;

	if (lock)
		LockRelationForExtension(relation, ExclusiveLock);
	buffer = dyn_relation_extend(relation);
	page = BufferGetPage(buffer);
	block = BufferGetBlockNumber(buffer);
	if (!PageIsNew(page))
		elog(ERROR, "page %u of relation \"%s\" should be empty but is not",
			 block, RelationGetRelationName(relation));
	PageInit(page, BufferGetPageSize(buffer), 0);
	MarkBufferDirty(buffer);
	if (lock)
		UnlockRelationForExtension(relation, ExclusiveLock);
	UnlockReleaseBuffer(buffer);
	return block;
}

BlockNumber
dyn_page_reserve(Relation relation, Size space)
{
	Size		demand = dyn_page_demand(relation, space);
	BlockNumber block = reserve_known_page(relation, space, Min(demand, BLCKSZ / 4 * 3));

	if (BlockNumberIsValid(block))
		return block;

	block = dyn_page_extend(relation);
	RecordPageWithFreeSpace(relation, block, Max(EMPTY_PAGE_ROOM - space, RESERVED));
	if (demand + MAP_UNIT <= EMPTY_PAGE_ROOM)
	{
		/* only now do others find it */
		FreeSpaceMapVacuumRange(relation, block, block + 1);
	}
	return block;
}

bool
dyn_page_may_have_room(Relation relation, BlockNumber block, Size length)
{
	Size		recorded = GetRecordedFreeSpace(relation, block);

	return recorded == RESERVED || recorded >= dyn_page_demand(relation, length);
}

/* What is left on it is for shorter tuples, if it is worth it. */
void
dyn_page_leave(Relation relation, BlockNumber block)
{
	Size		room = dyn_page_room(relation, block);

	RecordPageWithFreeSpace(relation, block, room * 16 > dyn_page_capacity(relation) ? room : 0);
}

/* Reserve room of a page that the map knows; InvalidBlockNumber if none. */
static BlockNumber
reserve_known_page(Relation relation, Size space, Size demand)
{
	for (int tries = 0; tries < MAX_TRIES; tries++)
	{
		BlockNumber block = GetPageWithFreeSpace(relation, demand);
		Size		recorded;
		Size		room;

		if (!BlockNumberIsValid(block) || block >= RelationGetNumberOfBlocks(relation))
			break;

		recorded = GetRecordedFreeSpace(relation, block);
		room = dyn_page_room(relation, block);
		if (room >= demand)
		{
			RecordPageWithFreeSpace(relation, block, recorded > space + RESERVED ? recorded - space : RESERVED);
			return block;
		}
		RecordPageWithFreeSpace(relation, block, room);
	}
	return InvalidBlockNumber;
}
