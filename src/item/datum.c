/*-------------------------------------------------------------------------
 *
 * datum.c
 *	  Views of Datums, and the look-up of one attribute in them.
 *
 * Looking up one attribute of a toasted item fetches no more than it takes:
 *
 *	stored outside, not compressed
 *		Any slice can be had.  The directory tells where entries begin, so a
 *		binary search fetches the start of one entry a step, until the range
 *		that is left is small enough to be fetched as a whole.
 *	compressed
 *		Only a prefix can be had without the rest.  Names are in order, so it
 *		is enough if an entry in it has a name that is not less.  One prefix
 *		is tried, an eighth: it costs little beside the whole, and on average
 *		nothing.  (Where an attribute is can only be guessed, and with a second
 *		try the average is worse than taking the whole at once.)
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "access/heaptoast.h"
#include "access/toast_internals.h"

#include "base/compat.h"
#include "base/error.h"
#include "item/bytes.h"
#include "item/value.h"

/* Items and ranges of entries up to this size are fetched as a whole: eight chunks. */
#define SMALL_ITEM		(8 * TOAST_MAX_CHUNK_SIZE)

/* The least that is fetched of larger ones, and the part that is tried of compressed ones. */
#define LEAST_PREFIX	TOAST_MAX_CHUNK_SIZE
#define PREFIX_PART		8

/* Longest start of an entry before its name: tag and varint. */
#define MAX_ENTRY_HEADER	(1 + DYN_MAX_VARINT_BYTES)

/*
 * A prefix of an item's payload.  Offsets count from the start of the
 * payload, that is, from behind the version byte.
 */
typedef struct Prefix
{
	Datum		datum;
	uint32		total;			/* length of the whole payload */
	struct varlena *slice;
	uint32		length;			/* how much of it is here */
	const uint8 *data;
	uint32		count;			/* of entries */
	uint32		width;			/* of the directory's slots */
	const uint8 *directory;
	uint32		entries;		/* offset of the entries */
} Prefix;

pg_noreturn static void corrupted(const char *what);

/* Raise that stored bytes are not ours. */
static void
corrupted(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored %s is corrupted or of a later version", what),
			 errhint("Check the table with amcheck, and whether a later version of the extension wrote it.")));
}

DynValue
dyn_item_view(Datum item)
{
	struct varlena *datum = PG_DETOAST_DATUM_PACKED(item);
	const uint8 *data = (const uint8 *) VARDATA_ANY(datum);
	Size		length = VARSIZE_ANY_EXHDR(datum);
	DynValue	view;

	if (length < 2 || data[0] != DYN_FORMAT_VERSION)
		corrupted("dynamo.item");
	view.tag = DYN_TAG_M;
	view.length = length - 1;
	view.data = data + 1;
	return view;
}

DynValue
dyn_value_view(Datum value)
{
	struct varlena *datum = PG_DETOAST_DATUM_PACKED(value);
	const uint8 *data = (const uint8 *) VARDATA_ANY(datum);
	Size		length = VARSIZE_ANY_EXHDR(datum);
	DynValue	view;

	if (length < 2 || data[0] != DYN_FORMAT_VERSION)
		corrupted("dynamo.value");
	view.tag = (DynTag) data[1];
	view.length = length - 2;
	view.data = data + 2;
	return view;
}

/* Fetch a slice of the payload; it is palloc'd. */
static const uint8 *
fetch(const Prefix *prefix, uint32 offset, uint32 length)
{
	struct varlena *slice;

	slice = detoast_attr_slice((struct varlena *) DatumGetPointer(prefix->datum), offset + 1, length);
	if (VARSIZE_ANY_EXHDR(slice) != length)
		corrupted("dynamo.item");
	return (const uint8 *) VARDATA_ANY(slice);
}

/* Fetch the prefix of a length (or as long as there is) in place of the one before. */
static void
fetch_prefix(Prefix *prefix, uint32 length)
{
	const uint8 *data;

	if (prefix->slice != NULL)
		pfree(prefix->slice);
	length = Min(length, prefix->total);
	prefix->slice = detoast_attr_slice((struct varlena *) DatumGetPointer(prefix->datum), 0, length + 1);
	data = (const uint8 *) VARDATA_ANY(prefix->slice);
	if (VARSIZE_ANY_EXHDR(prefix->slice) != (Size) length + 1 || data[0] != DYN_FORMAT_VERSION)
		corrupted("dynamo.item");
	prefix->length = length;
	prefix->data = data + 1;
}

/* Fetch a prefix of at least this length that has the directory. */
static void
fetch_directory(Prefix *prefix, uint32 length)
{
	const uint8 *p;
	uint32		head;
	Size		entries;

	fetch_prefix(prefix, length);
	p = prefix->data;
	head = dyn_read_varint(&p);
	prefix->count = head >> 2;
	prefix->width = 1 << (head & 3);
	entries = p - prefix->data;
	if (prefix->count > 0)
		entries += (Size) (prefix->count - 1) * prefix->width;
	if (entries > prefix->total)
		corrupted("dynamo.item");
	prefix->entries = entries;
	if (prefix->entries > prefix->length)
	{
		uint32		head_length = p - prefix->data;

		fetch_prefix(prefix, prefix->entries + LEAST_PREFIX);
		p = prefix->data + head_length;
	}
	prefix->directory = p;
}

/* Offset of the end of an entry. */
static inline uint32
end_offset(const Prefix *prefix, uint32 position)
{
	if (position + 1 == prefix->count)
		return prefix->total;
	return prefix->entries + dyn_read_slot(prefix->directory, prefix->width, position);
}

/* Offset of the start of an entry. */
static inline uint32
start_offset(const Prefix *prefix, uint32 position)
{
	return position == 0 ? prefix->entries : end_offset(prefix, position - 1);
}

/*
 * Compare a name with that of an entry whose start is at "start"; the bytes
 * up to "end" are there and must hold the entry's header and as much of its
 * name as the comparison needs.
 */
static int
compare_with_entry(const char *name, size_t length, const uint8 *start, const uint8 *end)
{
	DynEntry	entry;
	size_t		visible;
	int			order;

	(void) dyn_read_name(start, &entry);
	visible = Min(entry.name_length, end - (const uint8 *) entry.name);
	if (visible == entry.name_length)
		return dyn_compare_bytes(name, length, entry.name, entry.name_length);
	Assert(visible >= length);
	order = memcmp(name, entry.name, length);
	return order != 0 ? order : -1;
}

/* Give back the value of the entry at an address. */
static void
take_entry(const uint8 *start, uint32 entry_length, DynValue *value)
{
	DynEntry	entry;
	const uint8 *payload = dyn_read_name(start, &entry);

	value->tag = entry.value.tag;
	value->data = payload;
	value->length = entry_length - (payload - start);
}

/*
 * Search entries low .. high - 1, of which all bytes are there, beginning
 * with those of the payload's offset "base".
 */
static bool
search_entries(const Prefix *prefix, const uint8 *bytes, uint32 base, uint32 low, uint32 high,
			   const char *name, size_t length, DynValue *value)
{
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		uint32		start = start_offset(prefix, middle);
		uint32		end = end_offset(prefix, middle);
		int			order = compare_with_entry(name, length, bytes + (start - base), bytes + (end - base));

		if (order == 0)
		{
			take_entry(bytes + (start - base), end - start, value);
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* Look up in an item that is stored outside and not compressed. */
static bool
get_by_slices(Prefix *prefix, const char *name, size_t length, DynValue *value)
{
	uint32		low = 0;
	uint32		high;

	fetch_directory(prefix, LEAST_PREFIX - 1);
	high = prefix->count;
	while (low < high)
	{
		uint32		from = start_offset(prefix, low);
		uint32		to = end_offset(prefix, high - 1);
		uint32		middle = low + (high - low) / 2;
		uint32		start = start_offset(prefix, middle);
		uint32		end = end_offset(prefix, middle);
		uint32		needed;
		const uint8 *bytes;
		int			order;

		if (to <= prefix->length)
			return search_entries(prefix, prefix->data, 0, low, high, name, length, value);
		if (to - from <= SMALL_ITEM)
			return search_entries(prefix, fetch(prefix, from, to - from), from,
								  low, high, name, length, value);

		/* A name that is longer than ours need not be here as a whole. */
		needed = Min(end - start, MAX_ENTRY_HEADER + length);
		if (start + needed <= prefix->length)
			bytes = prefix->data + start;
		else
			bytes = fetch(prefix, start, needed);
		order = compare_with_entry(name, length, bytes, bytes + needed);
		if (order == 0)
		{
			take_entry(fetch(prefix, start, end - start), end - start, value);
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

/* Look up in an item that is compressed. */
static bool
get_by_prefix(Prefix *prefix, const char *name, size_t length, DynValue *value)
{
	uint32		low = 0;
	uint32		high;
	uint32		wanted = prefix->total;
	uint32		start;
	DynValue	whole;

	fetch_directory(prefix, Max(LEAST_PREFIX, prefix->total / PREFIX_PART));

	/* How many entries are complete? */
	high = prefix->count;
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (end_offset(prefix, middle) <= prefix->length)
			low = middle + 1;
		else
			high = middle;
	}
	if (search_entries(prefix, prefix->data, 0, 0, low, name, length, value))
		return true;
	if (low == prefix->count)
		return false;

	/* Is it before the first one that is not, or that one, or behind? */
	start = start_offset(prefix, low);
	if (start + MAX_ENTRY_HEADER + length <= prefix->length)
	{
		int			order = compare_with_entry(name, length, prefix->data + start,
											   prefix->data + prefix->length);

		if (order < 0)
			return false;
		if (order == 0)
			wanted = end_offset(prefix, low);
	}

	/* That one: its end may be less than the whole. */
	if (wanted < prefix->total)
	{
		fetch_prefix(prefix, wanted);
		take_entry(prefix->data + start, wanted - start, value);
		return true;
	}

	/* The whole, without the copy that a slice takes. */
	pfree(prefix->slice);
	whole = dyn_item_view(prefix->datum);
	return dyn_map_get(&whole, name, length, value);
}

bool
dyn_item_get(Datum item, const char *name, size_t length, DynValue *value)
{
	struct varlena *datum = (struct varlena *) DatumGetPointer(item);

	if (VARATT_IS_EXTERNAL_ONDISK(datum) || VARATT_IS_COMPRESSED(datum))
	{
		Size		size = toast_raw_datum_size(item) - VARHDRSZ;

		if (size > SMALL_ITEM)
		{
			Prefix		prefix = {.datum = item, .total = size - 1};

			if (VARATT_IS_EXTERNAL_ONDISK(datum))
			{
				struct varatt_external pointer;

				VARATT_EXTERNAL_GET_POINTER(pointer, datum);
				if (!VARATT_EXTERNAL_IS_COMPRESSED(pointer))
					return get_by_slices(&prefix, name, length, value);
			}
			return get_by_prefix(&prefix, name, length, value);
		}
	}

	{
		DynValue	view = dyn_item_view(item);

		return dyn_map_get(&view, name, length, value);
	}
}
