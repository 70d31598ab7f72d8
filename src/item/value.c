/*-------------------------------------------------------------------------
 *
 * value.c
 *	  Reading values: containers, look-up by name, order, accounting size.
 *
 * The form is described in value.h.  Bytes are trusted here: what comes from
 * outside goes through dyn_value_verify first.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "item/bytes.h"
#include "item/number.h"
#include "item/value.h"

static const char *const tag_names[] = {
#define DYN_TYPE(symbol, tag, name) [tag] = name,
#include "item/types.def"
#undef DYN_TYPE
};

const char *
dyn_tag_name(DynTag tag)
{
	Assert((int) tag > 0 && (int) tag < lengthof(tag_names));
	return tag_names[tag];
}

bool
dyn_tag_from_name(const char *name, size_t length, DynTag *tag)
{
	if (length == 1)
	{
		switch (name[0])
		{
			case 'S':
				*tag = DYN_TAG_S;
				return true;
			case 'N':
				*tag = DYN_TAG_N;
				return true;
			case 'B':
				*tag = DYN_TAG_B;
				return true;
			case 'L':
				*tag = DYN_TAG_L;
				return true;
			case 'M':
				*tag = DYN_TAG_M;
				return true;
		}
		return false;
	}

	/* Names are looked up for every value that is read: no search for those of one letter. */
	for (int i = 1; i < lengthof(tag_names); i++)
	{
		if (strlen(tag_names[i]) == length && memcmp(tag_names[i], name, length) == 0)
		{
			*tag = i == DYN_TAG_FALSE ? DYN_TAG_TRUE : (DynTag) i;
			return true;
		}
	}
	return false;
}

/* Type of the elements of a set. */
static inline DynTag
element_tag(DynTag set)
{
	switch (set)
	{
		case DYN_TAG_NS:
			return DYN_TAG_N;
		case DYN_TAG_SS:
			return DYN_TAG_S;
		default:
			Assert(set == DYN_TAG_BS);
			return DYN_TAG_B;
	}
}

/* Take the entry apart that lies between two addresses. */
static inline void
read_entry(DynTag container, const uint8 *start, const uint8 *end, DynEntry *entry)
{
	entry->name = NULL;
	entry->name_length = 0;
	switch (container)
	{
		case DYN_TAG_M:
			{
				const uint8 *p = dyn_read_name(start, entry);

				entry->value.data = p;
				break;
			}
		case DYN_TAG_L:
			entry->value.tag = (DynTag) *start;
			entry->value.data = start + 1;
			break;
		default:
			entry->value.tag = element_tag(container);
			entry->value.data = start;
			break;
	}
	entry->value.length = end - entry->value.data;
}

uint32
dyn_value_count(const DynValue *container)
{
	const uint8 *p = container->data;

	return dyn_read_varint(&p) >> 2;
}

void
dyn_iterator_begin(DynIterator *iterator, const DynValue *container)
{
	const uint8 *p = container->data;
	uint32		head = dyn_read_varint(&p);

	Assert(DYN_TAG_IS_CONTAINER(container->tag));
	iterator->tag = container->tag;
	iterator->count = head >> 2;
	iterator->width = 1 << (head & 3);
	iterator->position = 0;
	iterator->directory = p;
	iterator->entries = p + (iterator->count > 0 ? (Size) (iterator->count - 1) * iterator->width : 0);
	iterator->start = iterator->entries;
	iterator->end = container->data + container->length;
}

/* End of the entry at a position. */
static inline const uint8 *
entry_end(const DynIterator *iterator, uint32 position)
{
	if (position + 1 == iterator->count)
		return iterator->end;
	return iterator->entries + dyn_read_slot(iterator->directory, iterator->width, position);
}

/* Start of the entry at a position. */
static inline const uint8 *
entry_start(const DynIterator *iterator, uint32 position)
{
	return position == 0 ? iterator->entries : entry_end(iterator, position - 1);
}

bool
dyn_iterator_next(DynIterator *iterator, DynEntry *entry)
{
	const uint8 *end;

	if (iterator->position == iterator->count)
		return false;
	end = entry_end(iterator, iterator->position);
	read_entry(iterator->tag, iterator->start, end, entry);
	iterator->start = end;
	iterator->position++;
	return true;
}

void
dyn_value_entry(const DynValue *container, uint32 position, DynEntry *entry)
{
	DynIterator iterator;

	dyn_iterator_begin(&iterator, container);
	Assert(position < iterator.count);
	read_entry(iterator.tag, entry_start(&iterator, position), entry_end(&iterator, position), entry);
}

bool
dyn_map_get(const DynValue *map, const char *name, size_t length, DynValue *value)
{
	uint32		position;

	return dyn_map_find(map, name, length, value, &position);
}

bool
dyn_map_find(const DynValue *map, const char *name, size_t length, DynValue *value, uint32 *position)
{
	DynIterator iterator;
	uint32		low = 0;
	uint32		high;

	Assert(map->tag == DYN_TAG_M);
	dyn_iterator_begin(&iterator, map);
	high = iterator.count;
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		const uint8 *start = entry_start(&iterator, middle);
		DynEntry	entry;
		const uint8 *payload = dyn_read_name(start, &entry);
		int			order;

		order = dyn_compare_bytes(name, length, entry.name, entry.name_length);
		if (order == 0)
		{
			value->tag = entry.value.tag;
			value->data = payload;
			value->length = entry_end(&iterator, middle) - payload;
			*position = middle;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool
dyn_set_contains(const DynValue *set, const DynValue *element)
{
	DynIterator iterator;
	uint32		low = 0;
	uint32		high;

	Assert(DYN_TAG_IS_SET(set->tag));
	if (element->tag != element_tag(set->tag))
		return false;
	dyn_iterator_begin(&iterator, set);
	high = iterator.count;
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		const uint8 *start = entry_start(&iterator, middle);
		int			order;

		order = dyn_compare_bytes(element->data, element->length,
								  start, entry_end(&iterator, middle) - start);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

int
dyn_value_compare(const DynValue *a, const DynValue *b)
{
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	return dyn_compare_bytes(a->data, a->length, b->data, b->length);
}

/*
 * Every item of a page is measured, and mostly it is the first to look at the
 * item.  So nothing in the loop waits for what it reads of an entry: strings
 * and binaries count by their bytes, which the sum of all has, without their
 * head.  Only the others are taken apart.
 */
Size
dyn_item_size(const DynValue *item)
{
	DynIterator iterator;
	const uint8 *start;
	Size		size;

	Assert(item->tag == DYN_TAG_M);
	dyn_iterator_begin(&iterator, item);
	start = iterator.entries;
	size = (iterator.end - start) - iterator.count;
	for (uint32 i = 0; i < iterator.count; i++)
	{
		const uint8 *end = entry_end(&iterator, i);
		DynTag		tag = (DynTag) (*start >> 4);

		if ((tag != DYN_TAG_S && tag != DYN_TAG_B) || (*start & 15) == DYN_LONG_NAME)
		{
			DynEntry	entry;

			read_entry(DYN_TAG_M, start, end, &entry);
			size -= end - start - 1;
			size += entry.name_length + dyn_value_size(&entry.value);
		}
		start = end;
	}
	return size;
}

Size
dyn_value_size(const DynValue *value)
{
	DynIterator iterator;
	DynEntry	entry;
	Size		size = 0;

	switch (value->tag)
	{
		case DYN_TAG_NULL:
		case DYN_TAG_FALSE:
		case DYN_TAG_TRUE:
			return 1;
		case DYN_TAG_S:
		case DYN_TAG_B:
			return value->length;
		case DYN_TAG_N:
			return dyn_number_size(value->data, value->length);
		case DYN_TAG_SS:
		case DYN_TAG_NS:
		case DYN_TAG_BS:
			break;
		case DYN_TAG_L:
			size = 3 + (Size) dyn_value_count(value);
			break;
		case DYN_TAG_M:
			/* one byte an entry, like a list, and the names */
			size = 3 + (Size) dyn_value_count(value);
			break;
	}

	check_stack_depth();
	dyn_iterator_begin(&iterator, value);
	while (dyn_iterator_next(&iterator, &entry))
		size += entry.name_length + dyn_value_size(&entry.value);
	return size;
}
