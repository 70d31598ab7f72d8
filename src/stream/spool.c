/*-------------------------------------------------------------------------
 *
 * spool.c
 *	  Captured changes on their way from decoding to the records.
 *
 * A change is written as its struct, followed by its items, each after its length.  The first
 * MEMORY_BYTES stay in memory, what comes after them is in a file that goes
 * with the process.  Nothing is read before everything was added.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "storage/buffile.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "stream/spool.h"

#define MEMORY_BYTES	(4 * 1024 * 1024)

static MemoryContext context = NULL;
static StringInfoData memory;
static BufFile *file = NULL;
static uint64 count = 0;
static Size bytes = 0;
static uint64 unread = 0;		/* changes */
static int	read_from = 0;		/* in memory */

static void
put(const void *data, Size length)
{
	if (file != NULL)
		BufFileWrite(file, (void *) data, length);
	else
		appendBinaryStringInfo(&memory, data, (int) length);
}

static void
put_item(const struct varlena *item)
{
	uint32		length;

	if (item == NULL)
		return;
	length = VARSIZE(item);
	put(&length, sizeof(length));
	put(item, length);
}

void
dyn_spool_add(const DynCapturedChange *change)
{
	Size		length = sizeof(DynCapturedChange) + VARSIZE(change->keys) +
		(change->new_image == NULL ? 0 : VARSIZE(change->new_image)) +
		(change->old_image == NULL ? 0 : VARSIZE(change->old_image));
	MemoryContext caller;

	if (context == NULL)
	{
		context = AllocSetContextCreate(TopMemoryContext, "dynamo stream spool", ALLOCSET_DEFAULT_SIZES);
		caller = MemoryContextSwitchTo(context);
		initStringInfo(&memory);
	}
	else
		caller = MemoryContextSwitchTo(context);

	/* It must outlast the transaction of decoding. */
	if (file == NULL && memory.len + length > MEMORY_BYTES)
		file = BufFileCreateTemp(true);
	put(change, sizeof(DynCapturedChange));
	put_item(change->keys);
	put_item(change->new_image);
	put_item(change->old_image);
	count++;
	bytes += length;
	MemoryContextSwitchTo(caller);
}

uint64
dyn_spool_count(void)
{
	return count;
}

Size
dyn_spool_bytes(void)
{
	return bytes;
}

void
dyn_spool_rewind(void)
{
	unread = count;
	read_from = 0;
	if (file != NULL && BufFileSeek(file, 0, 0, SEEK_SET) != 0)
		elog(ERROR, "could not rewind the spool of a stream");
}

/* Read so many bytes; false where there are none left. */
static bool
get(void *data, Size length)
{
	if (read_from < memory.len)
	{
		memcpy(data, memory.data + read_from, length);
		read_from += (int) length;
		return true;
	}
	return file != NULL && BufFileRead(file, data, length) == length;
}

/* Read the item that stands where a change had one. */
static struct varlena *
get_item(const struct varlena *was)
{
	struct varlena *item;
	uint32		length;

	if (was == NULL)
		return NULL;
	if (!get(&length, sizeof(length)))
		elog(ERROR, "the spool of a stream ends early");
	item = palloc(length);
	if (!get(item, length))
		elog(ERROR, "the spool of a stream ends early");
	return item;
}

bool
dyn_spool_next(DynCapturedChange *change)
{
	if (unread == 0)
		return false;
	if (!get(change, sizeof(DynCapturedChange)))
		elog(ERROR, "the spool of a stream ends early");
	change->keys = get_item(change->keys);
	change->new_image = get_item(change->new_image);
	change->old_image = get_item(change->old_image);
	unread--;
	return true;
}

void
dyn_spool_reset(void)
{
	if (file != NULL)
		BufFileClose(file);
	file = NULL;
	count = 0;
	bytes = 0;
	unread = 0;
	read_from = 0;
	if (context != NULL)
		resetStringInfo(&memory);
}
