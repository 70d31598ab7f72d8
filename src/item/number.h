/*-------------------------------------------------------------------------
 *
 * number.h
 *	  Numbers: up to 38 significant decimal digits, exact.
 *
 * A number is stored so that the order of the bytes is the order of the
 * numbers, and equal numbers have equal bytes.  It is d * 100^e, the
 * mantissa d = 0.p1p2..pn in pairs of decimal digits (p1 is not 00, pn is
 * not 00), e from -64 to 63.
 *
 *	zero		0x80
 *	positive	0x80 + (e + 64), then p + 1 for every pair
 *	negative	0x7F - (e + 64), then 255 - (p + 1) for every pair, then 0xFF
 *
 * At most 1 + 20 + 1 bytes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_NUMBER_H
#define DYN_ITEM_NUMBER_H

#include "lib/stringinfo.h"

#include "base/compat.h"

#define DYN_MAX_NUMBER_BYTES	22
#define DYN_MAX_NUMBER_DIGITS	38

/* Exponents of the first digit that a number can have. */
#define DYN_MIN_NUMBER_EXPONENT	(-130)
#define DYN_MAX_NUMBER_EXPONENT	125

/*
 * A number taken apart: sign, decimal digits without leading or trailing
 * zeros, and the exponent of the first digit (1 is exponent 0).  Zero has no
 * digits.
 */
typedef struct DynDecimal
{
	bool		negative;
	int			ndigits;
	int			exponent;
	uint8		digits[DYN_MAX_NUMBER_DIGITS];	/* 0..9 each */
} DynDecimal;

/* What is wrong with the text of a number. */
typedef enum DynNumberFault
{
	DYN_NUMBER_OK,
	DYN_NUMBER_SYNTAX,			/* not a number */
	DYN_NUMBER_DIGITS,			/* more than 38 significant digits */
	DYN_NUMBER_OVERFLOW,		/* magnitude above 9.99E+125 */
	DYN_NUMBER_UNDERFLOW		/* magnitude below 1E-130 */
} DynNumberFault;

/* Read the service's grammar; never raises. */
extern DynNumberFault dyn_decimal_read(const char *text, size_t length, DynDecimal *decimal);

/* Raise the service's error for a fault. */
pg_noreturn extern void dyn_number_raise(DynNumberFault fault, const char *text, size_t length);

/* Read the service's grammar; raises its errors (syntax, digits, range). */
extern void dyn_decimal_parse(const char *text, size_t length, DynDecimal *decimal);

/* Encode into at most DYN_MAX_NUMBER_BYTES bytes; returns how many. */
extern int	dyn_decimal_encode(const DynDecimal *decimal, uint8 *bytes);

/* Decode trusted bytes. */
extern void dyn_decimal_decode(const uint8 *bytes, uint32 length, DynDecimal *decimal);

/* Are the bytes a canonical number within the range? */
extern bool dyn_number_is_valid(const uint8 *bytes, uint32 length);

/* Append the number in plain decimal, as the service prints it. */
extern void dyn_number_write(StringInfo out, const uint8 *bytes, uint32 length);

/* Bytes by the service's accounting. */
extern Size dyn_number_size(const uint8 *bytes, uint32 length);

/* ---- arithmetic.c ---- */

/*
 * Exact sum or difference.  Never raises: says where the result has too many
 * digits or is out of range.
 */
extern DynNumberFault dyn_decimal_add(const DynDecimal *a, const DynDecimal *b, bool subtract, DynDecimal *result);

extern void dyn_decimal_from_uint64(uint64 value, DynDecimal *decimal);

#endif							/* DYN_ITEM_NUMBER_H */
