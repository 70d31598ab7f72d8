/*-------------------------------------------------------------------------
 *
 * value.h
 *	  Attribute values and items: their bytes, reading and building them.
 *
 * The form is canonical: equal values have equal bytes, so equality and
 * hashing are those of the bytes.  Integers are little-endian, written byte
 * by byte; nothing is aligned.
 *
 *	dynamo.item:   varlena header | version (1 byte) | payload of an M
 *	dynamo.value:  varlena header | version (1 byte) | tag (1 byte) | payload
 *
 * Payloads by type:
 *
 *	NULL, FALSE, TRUE	nothing
 *	N					the number in the form of number.h (byte order is
 *						numeric order)
 *	S, B				the bytes
 *	containers			head | directory | entries
 *
 *	head		a varint (7 bits a byte, low bits first, high bit = more) of
 *				(number of entries << 2 | width code); the width of a
 *				directory slot is 1, 2 or 4 bytes (codes 0, 1, 2)
 *	directory	for every entry but the last one, the offset of its end from
 *				the start of the entries.  The width is the smallest that
 *				holds the total size of the entries.
 *	entries		NS, SS, BS:	the element's payload; sorted by bytes, no two equal
 *				L:			tag (1 byte), payload
 *				M:			tag << 4 | name length if it is less than 15;
 *							else tag << 4 | 15, varint of (name length - 15);
 *							then the name and the payload; sorted by the
 *							bytes of the name, no two equal
 *
 * An empty container is the single byte 0x00 (sets are never empty).  An
 * entry's length follows from the directory, and that of the last entry from
 * the length of the payload.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_VALUE_H
#define DYN_ITEM_VALUE_H

#include "fmgr.h"

#include "base/compat.h"

#define DYN_FORMAT_VERSION	1

/*
 * Levels of values: an attribute is the first, what an L or M contains is one
 * deeper; elements of a set are none.  The service's limit.
 */
#define DYN_MAX_NESTING		32

/* Largest item, by dyn_item_size; the service's limit. */
#define DYN_MAX_ITEM_BYTES	409600

/* Longest attribute name in bytes; the service's limit. */
#define DYN_MAX_NAME_BYTES	65535

typedef enum DynTag
{
#define DYN_TYPE(symbol, tag, name) DYN_TAG_##symbol = tag,
#include "item/types.def"
#undef DYN_TYPE
} DynTag;

#define DYN_TAG_IS_SET(tag)			((tag) >= DYN_TAG_NS && (tag) <= DYN_TAG_BS)
#define DYN_TAG_IS_CONTAINER(tag)	((tag) >= DYN_TAG_NS)
#define DYN_TAG_IS_SCALAR(tag)		((tag) <= DYN_TAG_B)

/* "S", "BOOL", ... */
extern const char *dyn_tag_name(DynTag tag);

/* The tag of a type's name; "BOOL" is DYN_TAG_TRUE.  False where it is none. */
extern bool dyn_tag_from_name(const char *name, size_t length, DynTag *tag);

/*
 * A value as a slice of somebody else's bytes: it is valid as long as they
 * are.  An item is a value of type M.  Pass it by value or const pointer.
 */
typedef struct DynValue
{
	DynTag		tag;
	uint32		length;			/* of the payload */
	const uint8 *data;			/* the payload */
} DynValue;

/* One entry of a container; name is NULL but in maps. */
typedef struct DynEntry
{
	const char *name;			/* not NUL-terminated */
	uint32		name_length;
	DynValue	value;
} DynEntry;

/* ---- value.c: reading ---- */

/* Number of entries of a container. */
extern uint32 dyn_value_count(const DynValue *container);

/* Entry at a position (0 .. count - 1): in order of names or elements. */
extern void dyn_value_entry(const DynValue *container, uint32 position, DynEntry *entry);

/* Walk a container's entries; cheaper than dyn_value_entry for all. */
typedef struct DynIterator
{
	DynTag		tag;
	uint32		count;
	uint32		position;
	uint32		width;
	const uint8 *directory;
	const uint8 *entries;
	const uint8 *start;			/* of the next entry */
	const uint8 *end;			/* of all entries */
} DynIterator;

extern void dyn_iterator_begin(DynIterator *iterator, const DynValue *container);
extern bool dyn_iterator_next(DynIterator *iterator, DynEntry *entry);

/* Look up a name by binary search.  False where the map has none. */
extern bool dyn_map_get(const DynValue *map, const char *name, size_t length, DynValue *value);

/* The same, and where the entry is. */
extern bool dyn_map_find(const DynValue *map, const char *name, size_t length, DynValue *value, uint32 *position);

/* Is there this element (of the set's element type)? */
extern bool dyn_set_contains(const DynValue *set, const DynValue *element);

/* Total order: by tag, then by payload bytes.  Within S, B, N: their order. */
extern int	dyn_value_compare(const DynValue *a, const DynValue *b);
#define dyn_value_equal(a, b) (dyn_value_compare((a), (b)) == 0)

/* Bytes by the service's accounting (for an item: the sum over attributes of name and value). */
extern Size dyn_item_size(const DynValue *item);
extern Size dyn_value_size(const DynValue *value);

/* ---- build.c: building ---- */

/*
 * Collects the entries of one container in any order.  Names and payloads
 * are slices that must stay valid until dyn_builder_finish.  Everything is
 * allocated in the memory context that is current, and goes with it.
 */
typedef struct DynBuilder
{
	DynTag		tag;
	uint32		count;
	uint32		room;
	Size		bytes;			/* names and payloads so far */
	DynEntry   *entries;
	DynEntry	inline_entries[16];
} DynBuilder;

extern void dyn_builder_init(DynBuilder *builder, DynTag tag);
extern void dyn_builder_add(DynBuilder *builder, const char *name, size_t name_length, const DynValue *value);

/*
 * Finish a container and return it; its payload is palloc'd with "reserve"
 * unused bytes before it.  Of equal names in a map the last one added wins.
 * Sets must have been checked with dyn_builder_check_set.  Raises when the
 * result would be larger than MaxAllocSize.
 */
extern DynValue dyn_builder_finish(DynBuilder *builder, Size reserve);

/* What is wrong with a set. */
typedef enum DynSetFault
{
	DYN_SET_OK,
	DYN_SET_EMPTY,
	DYN_SET_DUPLICATES
} DynSetFault;

/* Sort a set's elements; where it has a fault, they stay as they are. */
extern DynSetFault dyn_builder_sort_set(DynBuilder *builder);

/*
 * Sort a set's elements and raise the service's ValidationException if it is
 * empty or has duplicates.
 */
extern void dyn_builder_check_set(DynBuilder *builder);

/*
 * Finish a map as a palloc'd dynamo.item datum; copy a value as a palloc'd
 * dynamo.value (or, of tag M, dynamo.item) datum.
 */
extern struct varlena *dyn_builder_finish_item(DynBuilder *builder);
extern struct varlena *dyn_value_to_datum(const DynValue *value);
extern struct varlena *dyn_value_to_item_datum(const DynValue *map);

/* ---- datum.c: from and to Datums ---- */

/*
 * View a dynamo.item or dynamo.value datum.  Detoasts where it must; the
 * slice is valid as long as the datum, or as the current memory context if a
 * copy was needed.  Raises ERRCODE_DATA_CORRUPTED for an unknown version.
 */
extern DynValue dyn_item_view(Datum item);
extern DynValue dyn_value_view(Datum value);

/*
 * Look up one top-level attribute, detoasting no more than it takes.  The
 * result may point into memory of the current context.
 */
extern bool dyn_item_get(Datum item, const char *name, size_t length, DynValue *value);

/*
 * Raise ERRCODE_INVALID_BINARY_REPRESENTATION unless the bytes are a
 * canonical, complete value: every invariant above is checked, so that bytes
 * from outside can be trusted afterwards.  "levels" is how many levels are
 * left, this one included: DYN_MAX_NESTING for an attribute, one more for an
 * item.
 */
extern void dyn_value_verify(const DynValue *value, int levels);

/* ---- scalar.c: the rules of single values, shared by both JSON readers ---- */

/* Number from its text; raises the service's errors.  Payload is palloc'd. */
extern DynValue dyn_make_number(const char *text, size_t length);
/* UTF-8 string (verified here); the payload is the argument itself. */
extern DynValue dyn_make_string(const char *text, size_t length);
/* Bytes from canonical base64; raises SerializationException.  Palloc'd. */
extern DynValue dyn_make_binary(const char *base64, size_t length);
/* Raises the service's error unless the bytes can be an attribute's name. */
extern void dyn_check_name(const char *name, size_t length);
/* Raises the service's error for values that are nested too deeply. */
pg_noreturn extern void dyn_raise_nesting(void);

/* The same rules as questions, which never raise. */
extern bool dyn_read_number(const char *text, size_t length, DynValue *value);
extern bool dyn_read_binary(const char *base64, size_t length, DynValue *value);
extern bool dyn_name_is_valid(const char *name, size_t length);

/* ---- text_write.c, text_read.c, json_item.c: DynamoDB JSON ---- */

#include "lib/stringinfo.h"

struct DynJson;

/* Append a value as {"S":"x"}; an item as {"a":{"S":"x"},...}. */
extern void dyn_value_write_json(StringInfo out, const DynValue *value);
extern void dyn_item_write_json(StringInfo out, const DynValue *item);

/*
 * Read DynamoDB JSON text with Postgres' JSON lexer.  The results are
 * palloc'd datums.
 */
extern struct varlena *dyn_item_from_text(const char *text, size_t length);
extern struct varlena *dyn_value_from_text(const char *text, size_t length);

/*
 * Take the escapes out of what is between the quotation marks of a JSON
 * string; returns false where they are not valid.  The result is palloc'd.
 */
extern bool dyn_string_unescape(const char *text, size_t length, DynValue *value);

/*
 * Read DynamoDB JSON from a parsed request.  The slices stay valid as long
 * as the tree and the memory context that is current.
 */
extern DynValue dyn_item_from_json(const struct DynJson *json);
extern DynValue dyn_value_from_json(const struct DynJson *json);

/*
 * Raise SerializationException where a JSON kind stands in the place of
 * another, anywhere in an item or a value.  The two functions above do it
 * before they raise another error; call these to look through a whole
 * request before its validation begins.
 */
extern void dyn_json_check_item_shape(const struct DynJson *json);
extern void dyn_json_check_value_shape(const struct DynJson *json);

#endif							/* DYN_ITEM_VALUE_H */
