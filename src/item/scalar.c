/*-------------------------------------------------------------------------
 *
 * scalar.c
 *	  The rules of single values and names, shared by both JSON readers.
 *
 * Each rule is there twice: as a question that never raises, for the fast
 * reader, and as a function that raises the service's error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "base/error.h"
#include "base/json_string.h"
#include "item/number.h"
#include "item/value.h"

/* Values of the base64 alphabet plus one; zero for other bytes. */
static const uint8 base64_values[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8,
	['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
	['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
	['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
	['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

bool
dyn_read_number(const char *text, size_t length, DynValue *value)
{
	DynDecimal	decimal;
	uint8	   *bytes;

	if (dyn_decimal_read(text, length, &decimal) != DYN_NUMBER_OK)
		return false;
	bytes = palloc(DYN_MAX_NUMBER_BYTES);
	value->tag = DYN_TAG_N;
	value->length = dyn_decimal_encode(&decimal, bytes);
	value->data = bytes;
	return true;
}

DynValue
dyn_make_number(const char *text, size_t length)
{
	DynDecimal	decimal;
	DynValue	value;
	uint8	   *bytes = palloc(DYN_MAX_NUMBER_BYTES);

	dyn_decimal_parse(text, length, &decimal);
	value.tag = DYN_TAG_N;
	value.length = dyn_decimal_encode(&decimal, bytes);
	value.data = bytes;
	return value;
}

DynValue
dyn_make_string(const char *text, size_t length)
{
	DynValue	value;

	if (!dyn_utf8_is_valid(text, length))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_SERIALIZATION),
				 errmsg("The string is not valid UTF-8"),
				 errhint("Store other bytes as a value of type B.")));
	value.tag = DYN_TAG_S;
	value.length = length;
	value.data = (const uint8 *) text;
	return value;
}

bool
dyn_read_binary(const char *base64, size_t length, DynValue *value)
{
	const uint8 *p = (const uint8 *) base64;
	size_t		groups = length / 4;
	size_t		padding = 0;
	uint8	   *bytes;
	uint8	   *out;

	if (length % 4 != 0)
		return false;
	if (length > 0 && p[length - 1] == '=')
		padding = p[length - 2] == '=' ? 2 : 1;

	out = bytes = palloc(groups * 3 + 1);
	if (padding > 0)
		groups--;
	for (; groups > 0; groups--, p += 4)
	{
		uint8		a = base64_values[p[0]];
		uint8		b = base64_values[p[1]];
		uint8		c = base64_values[p[2]];
		uint8		d = base64_values[p[3]];
		uint32		bits;

		if (a == 0 || b == 0 || c == 0 || d == 0)
			return false;
		bits = (uint32) (a - 1) << 18 | (uint32) (b - 1) << 12 | (uint32) (c - 1) << 6 | (uint32) (d - 1);
		*out++ = bits >> 16;
		*out++ = bits >> 8;
		*out++ = bits;
	}

	/* The bits that the last group does not need must be zero. */
	if (padding > 0)
	{
		uint8		a = base64_values[p[0]];
		uint8		b = base64_values[p[1]];
		uint8		c = padding == 1 ? base64_values[p[2]] : 1;
		uint32		bits;

		if (a == 0 || b == 0 || c == 0)
			return false;
		bits = (uint32) (a - 1) << 10 | (uint32) (b - 1) << 4 | (uint32) (c - 1) >> 2;
		if (padding == 1 ? ((c - 1) & 3) != 0 : ((b - 1) & 15) != 0)
			return false;
		*out++ = bits >> 8;
		if (padding == 1)
			*out++ = bits;
	}

	value->tag = DYN_TAG_B;
	value->length = out - bytes;
	value->data = bytes;
	return true;
}

DynValue
dyn_make_binary(const char *base64, size_t length)
{
	DynValue	value;

	if (!dyn_read_binary(base64, length, &value))
	{
		if (length % 4 != 0)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_SERIALIZATION),
					 errmsg("Base64 encoded length is expected a multiple of 4 bytes but found: %zu", length),
					 errhint("A value of type B is written in base64 with padding.")));
		ereport(ERROR,
				(errcode(ERRCODE_DYN_SERIALIZATION),
				 errmsg("Invalid last non-pad Base64 character dectected"),
				 errhint("A value of type B is written in base64 with padding, and unused bits are zero.")));
	}
	return value;
}

bool
dyn_name_is_valid(const char *name, size_t length)
{
	return length > 0 && length <= DYN_MAX_NAME_BYTES && memchr(name, '\0', length) == NULL;
}

void
dyn_check_name(const char *name, size_t length)
{
	if (dyn_name_is_valid(name, length))
		return;
	if (length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Empty attribute name"),
				 errhint("An attribute's name has 1 to %d bytes.", DYN_MAX_NAME_BYTES)));
	if (length > DYN_MAX_NAME_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Attribute name is too large, must be less than %d bytes",
						DYN_MAX_NAME_BYTES + 1),
				 errdetail("The name has %zu bytes.", length),
				 errhint("An attribute's name has 1 to %d bytes.", DYN_MAX_NAME_BYTES)));
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Attribute name must not contain U+0000"),
			 errhint("Values of type S may contain it, names may not.")));
}

void
dyn_raise_nesting(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"),
			 errhint("Values may be nested %d levels deep, the attribute itself being the first.", DYN_MAX_NESTING)));
}
