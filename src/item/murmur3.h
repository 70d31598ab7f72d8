/*-------------------------------------------------------------------------
 *
 * murmur3.h
 *	  MurmurHash3 (x86, 32 bits): the hash at the start of every key.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_MURMUR3_H
#define DYN_ITEM_MURMUR3_H

/* Hash bytes; the same on every machine. */
extern uint32 dyn_murmur3(const uint8 *bytes, uint32 length, uint32 seed);

#endif							/* DYN_ITEM_MURMUR3_H */
