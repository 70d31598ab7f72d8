/*-------------------------------------------------------------------------
 *
 * shard_iterator.h
 *	  Shard iterators: a place in a shard of a stream, as text.
 *
 * An iterator holds all its state, so it works in any session, after a
 * restart and on a standby: the ARN of the stream, "|1|", and in base64
 *
 *	form		1 byte, 1
 *	after		1 byte: 1 behind the sequence number, 0 at it
 *	issued		8 bytes, microseconds since 2000, most significant first
 *	sequence	1 byte, the number of its digits, and these; none is the shard's start
 *	shard		1 byte, the length of its id, and the id
 *	seal		16 bytes of HMAC-SHA256 of the ARN and all of the above
 *
 * The seal's key is a secret of the server that its standbys share.  Nobody
 * gains rights by an iterator, which are asked for with each use; the seal
 * keeps clients from making up their own.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_SHARD_ITERATOR_H
#define DYN_STREAM_SHARD_ITERATOR_H

#include "datatype/timestamp.h"

/* An iterator is good for so long. */
#define DYN_ITERATOR_SECONDS	(15 * 60)

/* Longest sequence number and shard id of the API's model. */
#define DYN_MAX_SEQUENCE_DIGITS	40
#define DYN_MAX_SHARD_ID		65

typedef struct DynShardIterator
{
	const char *stream_arn;
	const char *shard_id;
	const char *sequence_number;	/* decimal digits; "" is the shard's start */
	bool		after;
	TimestampTz issued_at;
} DynShardIterator;

/* Write an iterator; palloc'd. */
extern char *dyn_shard_iterator_write(const DynShardIterator *iterator);

/*
 * Read one.  Returns false where this server did not write it; strings are
 * palloc'd.  Its age is not looked at.
 */
extern bool dyn_shard_iterator_read(const char *text, size_t length, DynShardIterator *iterator);

#endif							/* DYN_STREAM_SHARD_ITERATOR_H */
