/*-------------------------------------------------------------------------
 *
 * bytes.h
 *	  The small change of the form in value.h: varints, directory slots,
 *	  names; private to the files that read and write it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_BYTES_H
#define DYN_ITEM_BYTES_H

#include "item/value.h"

/* A varint of 32 bits has at most so many bytes. */
#define DYN_MAX_VARINT_BYTES	5

/* In an entry of a map, the name's length if it is less, else this. */
#define DYN_LONG_NAME			15

/* Read a trusted varint and step over it. */
static inline uint32
dyn_read_varint(const uint8 **p)
{
	uint32		result = **p & 0x7F;
	int			shift = 7;

	while (*(*p)++ & 0x80)
	{
		result |= (uint32) (**p & 0x7F) << shift;
		shift += 7;
	}
	return result;
}

/* Write a varint; returns the address after it. */
static inline uint8 *
dyn_write_varint(uint8 *p, uint32 value)
{
	while (value >= 0x80)
	{
		*p++ = (uint8) value | 0x80;
		value >>= 7;
	}
	*p++ = (uint8) value;
	return p;
}

static inline uint32
dyn_varint_length(uint32 value)
{
	uint32		length = 1;

	while (value >= 0x80)
	{
		value >>= 7;
		length++;
	}
	return length;
}

/* Code (0, 1, 2) of the width of a directory for entries of this size. */
static inline uint32
dyn_width_code(Size entries)
{
	return entries <= 0xFF ? 0 : entries <= 0xFFFF ? 1 : 2;
}

static inline uint32
dyn_read_slot(const uint8 *directory, uint32 width, uint32 position)
{
	const uint8 *p = directory + (Size) position * width;

	if (width == 1)
		return p[0];
	if (width == 2)
		return p[0] | (uint32) p[1] << 8;
	return p[0] | (uint32) p[1] << 8 | (uint32) p[2] << 16 | (uint32) p[3] << 24;
}

static inline void
dyn_write_slot(uint8 *directory, uint32 width, uint32 position, uint32 offset)
{
	uint8	   *p = directory + (Size) position * width;

	for (uint32 i = 0; i < width; i++)
	{
		p[i] = (uint8) offset;
		offset >>= 8;
	}
}

/*
 * Read the tag and the name at the start of a trusted entry of a map; returns
 * the address of the payload.  entry->value.data and length are not set.
 */
static inline const uint8 *
dyn_read_name(const uint8 *start, DynEntry *entry)
{
	const uint8 *p = start;

	entry->value.tag = (DynTag) (*p >> 4);
	entry->name_length = *p & 15;
	p++;
	if (entry->name_length == DYN_LONG_NAME)
		entry->name_length += dyn_read_varint(&p);
	entry->name = (const char *) p;
	return p + entry->name_length;
}

/* Order of two byte strings: that of their bytes, a prefix first. */
static inline int
dyn_compare_bytes(const void *a, size_t a_length, const void *b, size_t b_length)
{
	int			order = memcmp(a, b, Min(a_length, b_length));

	if (order != 0)
		return order;
	return a_length == b_length ? 0 : a_length < b_length ? -1 : 1;
}

#endif							/* DYN_ITEM_BYTES_H */
