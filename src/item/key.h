/*-------------------------------------------------------------------------
 *
 * key.h
 *	  dynamo.key: the primary key of an item, or its key in an index, as
 *	  bytes whose order is that of Scan (by hash) and of Query (by sort key).
 *
 *	hash		4 bytes, most significant first: MurmurHash3 (x86, 32 bits,
 *				seed 0) of the partition part
 *	partition	for each HASH attribute: 0x11 (S), 0x12 (N) or 0x13 (B), its
 *				length as a varint (7 bits a byte, low bits first), its
 *				payload.  Where that comes to more than 128 bytes: 0x1F and the
 *				SHA-256 of it instead, because a b-tree entry is limited.
 *	sort		for each RANGE attribute but the last: 0x21, 0x22 or 0x23, and
 *				the payload in groups of 8 bytes, the last one padded with
 *				zeros, each followed by 0xFF, or, the last one, by 0xF0 + the
 *				number of its bytes that count (0 .. 8).  A payload whose
 *				length is a multiple of 8 ends with a full group marked 0xF8
 *				(an empty payload with a group marked 0xF0).
 *				For the last one: 0x31, 0x32 or 0x33, and the payload as is.
 *
 * Nothing depends on the machine's byte order, on a collation or on a
 * catalog.  Payloads are those of value.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_KEY_H
#define DYN_ITEM_KEY_H

#include "base/compat.h"
#include "item/key_schema.h"

#define DYN_KEY_HASH_BYTES			4
#define DYN_DIGEST_BYTES			32
#define DYN_MAX_PLAIN_PARTITION		128
/* What the bytes begin with and are grouped by; types are 1 (S), 2 (N), 3 (B). */
#define DYN_KEY_HASH_TAG			0x10	/* + type */
#define DYN_KEY_DIGEST_TAG			0x1F
#define DYN_KEY_GROUPED_TAG			0x20	/* + type */
#define DYN_KEY_LAST_TAG			0x30	/* + type */
#define DYN_KEY_GROUP_BYTES			8
#define DYN_KEY_GROUP_MORE			0xFF
#define DYN_KEY_GROUP_LAST			0xF0	/* + number of bytes that count */

/* The service's limits for the values of a key, in bytes. */
#define DYN_MAX_HASH_VALUE_BYTES	2048
#define DYN_MAX_RANGE_VALUE_BYTES	1024

/*
 * The longest key: the hash, a plain partition part, and four RANGE
 * attributes of 1,024 bytes in sum, three of them in 130 groups (1,019 bytes
 * and padding).  With another such key beside it, it fits a b-tree entry.
 */
#define DYN_MAX_KEY_BYTES			(DYN_KEY_HASH_BYTES + DYN_MAX_PLAIN_PARTITION + 3 + 130 * 9 + 1 + 5)

/* Why an item has no key of a schema, and where. */
typedef enum DynKeyFaultKind
{
	DYN_KEY_OK,
	DYN_KEY_MISSING,			/* the attribute is missing */
	DYN_KEY_TYPE,				/* it has another type */
	DYN_KEY_EMPTY,				/* it is an empty S or B */
	DYN_KEY_HASH_TOO_LONG,		/* HASH values have more than 2,048 bytes */
	DYN_KEY_RANGE_TOO_LONG		/* RANGE values have more than 1,024 bytes */
} DynKeyFaultKind;

typedef struct DynKeyFault
{
	DynKeyFaultKind kind;
	int			position;		/* in the schema's attributes */
	DynTag		found;			/* the attribute's type, for DYN_KEY_TYPE */
} DynKeyFault;

/*
 * A key taken apart.  A digested partition has no HASH values, but its
 * digest.
 */
typedef struct DynKeyParts
{
	const uint8 *digest;		/* DYN_DIGEST_BYTES, or NULL */
	int			nhash;
	int			nrange;
	DynValue	values[DYN_MAX_KEY_ATTRIBUTES]; /* HASH values, then RANGE values */
} DynKeyParts;

/* ---- key.c ---- */

/*
 * Make the key of an item (any map that has the attributes), or return NULL
 * and say why in *fault.  Never raises for what an item may contain.  The
 * result is palloc'd, with a 4-byte varlena header.
 */
extern struct varlena *dyn_key_make(const DynKeySchema *schema, const DynValue *item, DynKeyFault *fault);

/* The same from a dynamo.item datum, detoasting no more of it than it takes. */
extern struct varlena *dyn_key_make_from_datum(const DynKeySchema *schema, Datum item, DynKeyFault *fault);

/* The same from the values themselves, HASH first; nvalues may be less than the schema's. */
extern struct varlena *dyn_key_make_from_values(const DynKeySchema *schema, const DynValue *values, int nvalues,
												DynKeyFault *fault);

/*
 * Write the bytes of a dynamo.item datum's key, without a varlena header, to
 * DYN_MAX_KEY_BYTES bytes; returns their number, or 0 and why in *fault.
 */
extern uint32 dyn_key_encode_datum(const DynKeySchema *schema, Datum item, uint8 *bytes, DynKeyFault *fault);

/*
 * The same from parts.  total_nrange is the number of RANGE attributes of the
 * key schema: where parts has fewer, the bytes are the start of a key.
 */
extern uint32 dyn_key_encode_parts(const DynKeyParts *parts, int total_nrange, uint8 *bytes, DynKeyFault *fault);

/*
 * Length of the hash and the partition part at the start of a key's bytes:
 * two keys are of one partition when these bytes are equal.
 */
extern uint32 dyn_key_partition_length(const uint8 *key, uint32 length);

/* The hash; bytes that are too short for one are taken to end with zeros. */
extern uint32 dyn_key_hash(const uint8 *key, uint32 length);

/* ---- key_decode.c ---- */

/*
 * Take a key apart; returns false where the bytes are not laid out as one.
 * Values are slices of the bytes or palloc'd, and are not verified.
 */
extern bool dyn_key_decode(const uint8 *bytes, uint32 length, DynKeyParts *parts);

/* Is each value what its type stores?  One that is not must not be printed, or put into an item. */
extern bool dyn_key_values_are_valid(const DynKeyParts *parts);

/* ---- key_fault.c ---- */

/*
 * Raise the service's ValidationException for a fault of an item to be
 * written ("Missing the key pk in the item", ...); index_name is NULL for
 * the table's own key.  DYN_KEY_MISSING in an index is no fault.
 */
pg_noreturn extern void dyn_key_raise(const DynKeySchema *schema, const DynKeyFault *fault, const char *index_name);

/*
 * May an item be written to a table that has an index of this key schema?
 * Attributes may be missing, but those that are there must be legal, also
 * where another is missing and the item is not in the index.  The first one
 * returns false and the fault, the second one raises it.
 */
extern bool dyn_key_may_be_indexed(const DynKeySchema *schema, const DynValue *item, DynKeyFault *fault);
extern void dyn_key_check_indexed(const DynKeySchema *schema, const DynValue *item, const char *index_name);

/* ---- key_text.c ---- */

/* The text form of a key's bytes; palloc'd. */
extern char *dyn_key_text(const uint8 *bytes, uint32 length);

#endif							/* DYN_ITEM_KEY_H */
