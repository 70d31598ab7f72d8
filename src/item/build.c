/*-------------------------------------------------------------------------
 *
 * build.c
 *	  Building containers and datums in the form of value.h.
 *
 * A builder collects slices.  Finishing sorts them (pointers to them: the
 * order in which they were added settles which of equal names wins), sums up
 * their lengths, and writes head, directory and entries in one pass.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "base/error.h"
#include "base/json_write.h"
#include "item/bytes.h"
#include "item/number.h"
#include "item/value.h"

/* Bytes of a dynamo.item before the payload. */
#define ITEM_HEADER		(VARHDRSZ + 1)

/* Up to so many entries are sorted by insertion. */
#define FEW_ENTRIES		16

void
dyn_builder_init(DynBuilder *builder, DynTag tag)
{
	Assert(DYN_TAG_IS_CONTAINER(tag));
	builder->tag = tag;
	builder->count = 0;
	builder->room = lengthof(builder->inline_entries);
	builder->bytes = 0;
	builder->entries = builder->inline_entries;
}

/* Double the room. */
static void
grow(DynBuilder *builder)
{
	Size		size = (Size) builder->room * 2 * sizeof(DynEntry);

	if (builder->entries == builder->inline_entries)
	{
		builder->entries = palloc(size);
		memcpy(builder->entries, builder->inline_entries, sizeof(builder->inline_entries));
	}
	else
		builder->entries = repalloc_huge(builder->entries, size);
	builder->room *= 2;
}

void
dyn_builder_add(DynBuilder *builder, const char *name, size_t name_length, const DynValue *value)
{
	DynEntry   *entry;

	if (builder->count == builder->room)
		grow(builder);
	entry = &builder->entries[builder->count++];
	entry->name = name;
	entry->name_length = name_length;
	entry->value = *value;
	builder->bytes += name_length + value->length;
}

static inline int
compare_names(const DynEntry *a, const DynEntry *b)
{
	return dyn_compare_bytes(a->name, a->name_length, b->name, b->name_length);
}

static inline int
compare_elements(const DynEntry *a, const DynEntry *b)
{
	return dyn_compare_bytes(a->value.data, a->value.length, b->value.data, b->value.length);
}

/*
 * Sort pointers to entries, stable.  Entries come from outside, and for
 * quicksort there are orders that take quadratic time; merging has none.
 */
static void
sort_entries(DynEntry **order, uint32 count, int (*compare) (const DynEntry *, const DynEntry *))
{
	DynEntry  **from = order;
	DynEntry  **to;

	/* Short runs by insertion. */
	for (uint32 start = 0; start < count; start += FEW_ENTRIES)
	{
		uint32		end = Min(count, start + FEW_ENTRIES);

		for (uint32 i = start + 1; i < end; i++)
		{
			DynEntry   *entry = order[i];
			uint32		j = i;

			for (; j > start && compare(order[j - 1], entry) > 0; j--)
				order[j] = order[j - 1];
			order[j] = entry;
		}
	}
	if (count <= FEW_ENTRIES)
		return;

	/* Merge pairs of runs, to and fro between two arrays. */
	to = palloc_extended((Size) count * sizeof(DynEntry *), MCXT_ALLOC_HUGE);
	for (uint64 run = FEW_ENTRIES; run < count; run *= 2)
	{
		DynEntry  **swap = from;

		CHECK_FOR_INTERRUPTS();
		for (uint64 start = 0; start < count; start += 2 * run)
		{
			uint64		middle = Min(count, start + run);
			uint64		end = Min(count, start + 2 * run);
			uint64		left = start;
			uint64		right = middle;

			for (uint64 i = start; i < end; i++)
			{
				if (right == end || (left < middle && compare(from[left], from[right]) <= 0))
					to[i] = from[left++];
				else
					to[i] = from[right++];
			}
		}
		from = to;
		to = swap;
	}
	if (from != order)
	{
		memcpy(order, from, (Size) count * sizeof(DynEntry *));
		to = from;
	}
	pfree(to);
}

/* Make an array of pointers to the builder's entries. */
static DynEntry **
point_to_entries(const DynBuilder *builder)
{
	DynEntry  **order = palloc_extended((Size) builder->count * sizeof(DynEntry *), MCXT_ALLOC_HUGE);

	for (uint32 i = 0; i < builder->count; i++)
		order[i] = &builder->entries[i];
	return order;
}

/*
 * Put the entries of a map in order and drop those that a later one of the
 * same name replaces.  Entries that are in order are left alone.
 */
static void
sort_map(DynBuilder *builder)
{
	DynEntry  **order;
	DynEntry   *sorted;
	uint32		kept = 0;
	uint32		i;

	for (i = 1; i < builder->count; i++)
	{
		if (compare_names(&builder->entries[i - 1], &builder->entries[i]) >= 0)
			break;
	}
	if (i >= builder->count)
		return;

	order = point_to_entries(builder);
	sorted = palloc_extended((Size) builder->count * sizeof(DynEntry), MCXT_ALLOC_HUGE);
	sort_entries(order, builder->count, compare_names);

	for (i = 0; i < builder->count; i++)
	{
		if (i + 1 < builder->count && compare_names(order[i], order[i + 1]) == 0)
			builder->bytes -= order[i]->name_length + order[i]->value.length;
		else
			sorted[kept++] = *order[i];
	}
	pfree(order);
	memcpy(builder->entries, sorted, (Size) kept * sizeof(DynEntry));
	pfree(sorted);
	builder->count = kept;
}

/* Append "[a, b]": a set's elements as they were given. */
static void
describe_elements(StringInfo out, const DynBuilder *set)
{
	appendStringInfoChar(out, '[');
	for (uint32 i = 0; i < set->count; i++)
	{
		const DynValue *element = &set->entries[i].value;

		if (i > 0)
			appendStringInfoString(out, ", ");
		if (element->tag == DYN_TAG_B)
		{
			StringInfoData quoted;

			initStringInfo(&quoted);
			dyn_json_write_base64(&quoted, element->data, element->length);
			appendBinaryStringInfo(out, quoted.data + 1, quoted.len - 2);
			pfree(quoted.data);
		}
		else
			appendBinaryStringInfo(out, (const char *) element->data, element->length);
	}
	appendStringInfoChar(out, ']');
}

DynSetFault
dyn_builder_sort_set(DynBuilder *builder)
{
	DynEntry  **order;
	DynEntry   *sorted;
	uint32		i;

	Assert(DYN_TAG_IS_SET(builder->tag));
	if (builder->count == 0)
		return DYN_SET_EMPTY;

	for (i = 1; i < builder->count; i++)
	{
		if (compare_elements(&builder->entries[i - 1], &builder->entries[i]) >= 0)
			break;
	}
	if (i >= builder->count)
		return DYN_SET_OK;

	order = point_to_entries(builder);
	sort_entries(order, builder->count, compare_elements);
	for (i = 1; i < builder->count; i++)
	{
		if (compare_elements(order[i - 1], order[i]) == 0)
			return DYN_SET_DUPLICATES;
	}

	sorted = palloc_extended((Size) builder->count * sizeof(DynEntry), MCXT_ALLOC_HUGE);
	for (i = 0; i < builder->count; i++)
		sorted[i] = *order[i];
	memcpy(builder->entries, sorted, (Size) builder->count * sizeof(DynEntry));
	pfree(sorted);
	pfree(order);
	return DYN_SET_OK;
}

void
dyn_builder_check_set(DynBuilder *builder)
{
	const char *hint = "A set has each element once; leave the attribute out instead of storing an empty set.";
	StringInfoData elements;

	switch (dyn_builder_sort_set(builder))
	{
		case DYN_SET_OK:
			return;

		case DYN_SET_EMPTY:
			if (builder->tag == DYN_TAG_BS)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("One or more parameter values were invalid: Binary sets should not be empty"),
						 errhint("%s", hint)));
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("One or more parameter values were invalid: An %s set  may not be empty",
							builder->tag == DYN_TAG_NS ? "number" : "string"),
					 errhint("%s", hint)));
			break;

		case DYN_SET_DUPLICATES:
			if (builder->tag == DYN_TAG_NS)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("Input collection contains duplicates"),
						 errhint("%s", hint)));
			initStringInfo(&elements);
			describe_elements(&elements, builder);
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("One or more parameter values were invalid: Input collection %s%s contains duplicates.",
							elements.data, builder->tag == DYN_TAG_BS ? "of type BS" : ""),
					 errhint("%s", hint)));
			break;
	}
}

/* Bytes of an entry before its payload. */
static inline Size
entry_header_length(DynTag container, const DynEntry *entry)
{
	switch (container)
	{
		case DYN_TAG_M:
			if (entry->name_length < DYN_LONG_NAME)
				return 1 + (Size) entry->name_length;
			return 1 + (Size) dyn_varint_length(entry->name_length - DYN_LONG_NAME) + entry->name_length;
		case DYN_TAG_L:
			return 1;
		default:
			return 0;
	}
}

/* Write an entry; returns the address after it. */
static inline uint8 *
write_entry(uint8 *p, DynTag container, const DynEntry *entry)
{
	if (container == DYN_TAG_M)
	{
		if (entry->name_length < DYN_LONG_NAME)
			*p++ = (uint8) entry->value.tag << 4 | entry->name_length;
		else
		{
			*p++ = (uint8) entry->value.tag << 4 | DYN_LONG_NAME;
			p = dyn_write_varint(p, entry->name_length - DYN_LONG_NAME);
		}
		memcpy(p, entry->name, entry->name_length);
		p += entry->name_length;
	}
	else if (container == DYN_TAG_L)
		*p++ = (uint8) entry->value.tag;
	if (entry->value.length > 0)
		memcpy(p, entry->value.data, entry->value.length);
	return p + entry->value.length;
}

DynValue
dyn_builder_finish(DynBuilder *builder, Size reserve)
{
	DynValue	result;
	Size		entries = 0;
	Size		length;
	uint32		code;
	uint32		width;
	uint32		head;
	uint8	   *directory;
	uint8	   *start;
	uint8	   *p;

	if (builder->tag == DYN_TAG_M)
		sort_map(builder);

	entries = builder->bytes;
	if (builder->tag == DYN_TAG_L)
		entries += builder->count;
	else if (builder->tag == DYN_TAG_M)
	{
		for (uint32 i = 0; i < builder->count; i++)
			entries += entry_header_length(DYN_TAG_M, &builder->entries[i]) - builder->entries[i].name_length;
	}

	code = dyn_width_code(entries);
	width = 1 << code;
	head = builder->count << 2 | code;
	length = dyn_varint_length(head) + entries;
	if (builder->count > 0)
		length += (Size) (builder->count - 1) * width;
	if (length + reserve > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value is too large"),
				 errdetail("It would have %zu bytes.", length),
				 errhint("Keep large values outside the item and store a reference.")));

	p = (uint8 *) palloc(length + reserve) + reserve;
	result.tag = builder->tag;
	result.length = length;
	result.data = p;

	p = dyn_write_varint(p, head);
	directory = p;
	start = p;
	if (builder->count > 0)
		start += (Size) (builder->count - 1) * width;
	p = start;
	for (uint32 i = 0; i < builder->count; i++)
	{
		p = write_entry(p, builder->tag, &builder->entries[i]);
		if (i + 1 < builder->count)
			dyn_write_slot(directory, width, i, p - start);
	}
	Assert(p == result.data + length);
	return result;
}

struct varlena *
dyn_builder_finish_item(DynBuilder *builder)
{
	DynValue	item;
	struct varlena *datum;

	Assert(builder->tag == DYN_TAG_M);
	item = dyn_builder_finish(builder, ITEM_HEADER);
	datum = (struct varlena *) (unconstify(uint8 *, item.data) - ITEM_HEADER);
	SET_VARSIZE(datum, ITEM_HEADER + item.length);
	*(uint8 *) VARDATA(datum) = DYN_FORMAT_VERSION;
	return datum;
}

/* Allocate a datum with a version byte and room for so many bytes after it. */
static struct varlena *
make_datum(Size length)
{
	struct varlena *datum;

	if (length + ITEM_HEADER > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value is too large"),
				 errdetail("It would have %zu bytes.", length + 1),
				 errhint("Keep large values outside the item and store a reference.")));
	datum = palloc(ITEM_HEADER + length);
	SET_VARSIZE(datum, ITEM_HEADER + length);
	*(uint8 *) VARDATA(datum) = DYN_FORMAT_VERSION;
	return datum;
}

struct varlena *
dyn_value_to_datum(const DynValue *value)
{
	struct varlena *datum = make_datum(1 + (Size) value->length);
	uint8	   *p = (uint8 *) VARDATA(datum) + 1;

	*p++ = (uint8) value->tag;
	if (value->length > 0)
		memcpy(p, value->data, value->length);
	return datum;
}

struct varlena *
dyn_value_to_item_datum(const DynValue *map)
{
	struct varlena *datum = make_datum(map->length);

	Assert(map->tag == DYN_TAG_M);
	memcpy(VARDATA(datum) + 1, map->data, map->length);
	return datum;
}
