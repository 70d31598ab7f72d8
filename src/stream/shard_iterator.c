/*-------------------------------------------------------------------------
 *
 * shard_iterator.c
 *	  Shard iterators: a place in a shard of a stream, as text.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <openssl/crypto.h>

#include "access/xlog.h"
#include "catalog/pg_control.h"
#include "common/hmac.h"
#include "common/sha2.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "port/pg_bswap.h"

#include "base/compat.h"
#include "stream/shard_iterator.h"

#define FORM			1
#define SEPARATOR		"|1|"
#define SEAL_BYTES		16

/* The form, the place, the time, two lengths and the seal. */
#define FIXED_BYTES		(1 + 1 + 8 + 1 + 1 + SEAL_BYTES)
#define MAX_STATE_BYTES	(FIXED_BYTES + DYN_MAX_SEQUENCE_DIGITS + DYN_MAX_SHARD_ID)

/* What the server's secret is used for here. */
static const char purpose[] = "dynamo shard iterator";

static void make_seal(const char *arn, size_t arn_length, const uint8 *state, size_t length, uint8 *seal);
static bool read_string(const uint8 **p, const uint8 *end, size_t max, char **string);

char *
dyn_shard_iterator_write(const DynShardIterator *iterator)
{
	size_t		arn_length = strlen(iterator->stream_arn);
	StringInfoData state;
	StringInfoData text;
	uint8		seal[SEAL_BYTES];
	int			room;
	int			written;

	initStringInfo(&state);
	pq_sendbyte(&state, FORM);
	pq_sendbyte(&state, iterator->after ? 1 : 0);
	pq_sendint64(&state, iterator->issued_at);
	pq_sendbyte(&state, (uint8) strlen(iterator->sequence_number));
	appendStringInfoString(&state, iterator->sequence_number);
	pq_sendbyte(&state, (uint8) strlen(iterator->shard_id));
	appendStringInfoString(&state, iterator->shard_id);
	make_seal(iterator->stream_arn, arn_length, (uint8 *) state.data, state.len, seal);
	appendBinaryStringInfo(&state, (char *) seal, SEAL_BYTES);

	initStringInfo(&text);
	appendStringInfo(&text, "%s%s", iterator->stream_arn, SEPARATOR);
	room = pg_b64_enc_len(state.len);
	enlargeStringInfo(&text, room + 1);
	written = dyn_b64_encode(state.data, state.len, text.data + text.len, room);
	if (written < 0)
		elog(ERROR, "could not encode a shard iterator");
	text.len += written;
	text.data[text.len] = '\0';
	return text.data;
}

bool
dyn_shard_iterator_read(const char *text, size_t length, DynShardIterator *iterator)
{
	char	   *copy = pnstrdup(text, length);
	char	   *separator = strstr(copy, SEPARATOR);
	uint8		state[MAX_STATE_BYTES];
	uint8		seal[SEAL_BYTES];
	const uint8 *p = state;
	const uint8 *end;
	char	   *sequence_number;
	char	   *shard_id;
	uint64		issued_at;
	int			decoded;

	if (strlen(copy) != length || separator == NULL)
		return false;
	*separator = '\0';
	separator += strlen(SEPARATOR);
	decoded = dyn_b64_decode(separator, strlen(separator), state, sizeof(state));
	if (decoded < FIXED_BYTES)
		return false;
	end = state + decoded - SEAL_BYTES;
	make_seal(copy, strlen(copy), state, end - state, seal);
	if (CRYPTO_memcmp(seal, end, SEAL_BYTES) != 0 || *p++ != FORM)
		return false;

	iterator->stream_arn = copy;
	iterator->after = *p++ != 0;
	memcpy(&issued_at, p, sizeof(issued_at));
	iterator->issued_at = (TimestampTz) pg_ntoh64(issued_at);
	p += sizeof(issued_at);
	if (!read_string(&p, end, DYN_MAX_SEQUENCE_DIGITS, &sequence_number) ||
		!read_string(&p, end, DYN_MAX_SHARD_ID, &shard_id) || p != end)
		return false;
	iterator->sequence_number = sequence_number;
	iterator->shard_id = shard_id;
	return true;
}

/* Read a string behind the byte of its length. */
static bool
read_string(const uint8 **p, const uint8 *end, size_t max, char **string)
{
	size_t		length;

	if (*p >= end)
		return false;
	length = *(*p)++;
	if (length > max || length > end - *p)
		return false;
	*string = pnstrdup((const char *) *p, length);
	*p += length;
	return strlen(*string) == length;
}

static void
make_seal(const char *arn, size_t arn_length, const uint8 *state, size_t length, uint8 *seal)
{
	pg_hmac_ctx *hmac = pg_hmac_create(PG_SHA256);
	uint8		digest[PG_SHA256_DIGEST_LENGTH];

	if (hmac == NULL ||
		pg_hmac_init(hmac, (uint8 *) GetMockAuthenticationNonce(), MOCK_AUTH_NONCE_LEN) < 0 ||
		pg_hmac_update(hmac, (const uint8 *) purpose, sizeof(purpose)) < 0 ||
		pg_hmac_update(hmac, (const uint8 *) arn, arn_length) < 0 ||
		pg_hmac_update(hmac, state, length) < 0 ||
		pg_hmac_final(hmac, digest, sizeof(digest)) < 0)
		elog(ERROR, "could not seal a shard iterator");
	pg_hmac_free(hmac);
	memcpy(seal, digest, SEAL_BYTES);
}
