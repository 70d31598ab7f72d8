/*-------------------------------------------------------------------------
 *
 * murmur3.c
 *	  MurmurHash3 (x86, 32 bits): the hash at the start of every key.
 *
 * It is stored, so it is ours and not the backend's hash_any, whose result
 * depends on the machine's byte order and may change with a major version.
 * Words are put together byte by byte for the same reason.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "port/pg_bitutils.h"

#include "item/murmur3.h"

/* Mix a word before it goes into the state. */
static inline uint32
mix(uint32 word)
{
	word *= 0xCC9E2D51;
	word = pg_rotate_left32(word, 15);
	return word * 0x1B873593;
}

uint32
dyn_murmur3(const uint8 *bytes, uint32 length, uint32 seed)
{
	const uint8 *end = bytes + (length & ~(uint32) 3);
	uint32		state = seed;
	uint32		rest = 0;

	for (; bytes < end; bytes += 4)
	{
		uint32		word = (uint32) bytes[0] | (uint32) bytes[1] << 8 |
			(uint32) bytes[2] << 16 | (uint32) bytes[3] << 24;

		state ^= mix(word);
		state = pg_rotate_left32(state, 13) * 5 + 0xE6546B64;
	}

	for (int i = (int) (length & 3) - 1; i >= 0; i--)
		rest = rest << 8 | bytes[i];
	state ^= mix(rest);

	state ^= length;
	state ^= state >> 16;
	state *= 0x85EBCA6B;
	state ^= state >> 13;
	state *= 0xC2B2AE35;
	return state ^ state >> 16;
}
