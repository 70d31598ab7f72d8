/*-------------------------------------------------------------------------
 *
 * sequence_number.c
 *	  Sequence numbers as text.
 *
 * Clients compare them as numbers or as texts, and the service's have 21 to
 * 40 digits: so they have no leading zero and always the same length.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/int.h"

#include "stream/stream.h"

#define GENERATION_DIGITS	5
#define FIRST_GENERATION	10000
#define LSN_DIGITS			20
#define ORDINAL_DIGITS		10
#define NODE_DIGITS			3

void
dyn_sequence_write(const DynSequence *sequence, char *text)
{
	Assert(sequence->generation >= 0 && sequence->generation <= DYN_MAX_GENERATION);
	Assert(sequence->ordinal >= 0 && sequence->ordinal <= DYN_MAX_ORDINAL);
	Assert(sequence->node >= 0 && sequence->node <= DYN_MAX_NODE);
	snprintf(text, DYN_SEQUENCE_DIGITS + 1, "%05d%020llu%010lld%03d",
			 FIRST_GENERATION + sequence->generation, (unsigned long long) sequence->lsn,
			 (long long) sequence->ordinal, sequence->node);
}

/* Read so many digits; false where the number does not fit. */
static bool
read_digits(const char *text, int ndigits, uint64 *number)
{
	*number = 0;
	for (int i = 0; i < ndigits; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		if (pg_mul_u64_overflow(*number, 10, number) ||
			pg_add_u64_overflow(*number, (uint64) (text[i] - '0'), number))
			return false;
	}
	return true;
}

bool
dyn_sequence_read(const char *text, size_t length, DynSequence *sequence)
{
	uint64		generation;
	uint64		lsn;
	uint64		ordinal;
	uint64		node;

	if (length != DYN_SEQUENCE_DIGITS ||
		!read_digits(text, GENERATION_DIGITS, &generation) || generation < FIRST_GENERATION ||
		!read_digits(text + GENERATION_DIGITS, LSN_DIGITS, &lsn) ||
		!read_digits(text + GENERATION_DIGITS + LSN_DIGITS, ORDINAL_DIGITS, &ordinal) ||
		!read_digits(text + GENERATION_DIGITS + LSN_DIGITS + ORDINAL_DIGITS, NODE_DIGITS, &node))
		return false;
	sequence->generation = (int32) (generation - FIRST_GENERATION);
	sequence->lsn = lsn;
	sequence->ordinal = (int64) ordinal;
	sequence->node = (int32) node;
	return true;
}
