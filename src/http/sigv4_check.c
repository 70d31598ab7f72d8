/*-------------------------------------------------------------------------
 *
 * sigv4_check.c
 *	  Computes the signature that a request should have.
 *
 *		canonical request	method \n path \n query \n headers \n signed headers \n hash of the body
 *		string to sign		algorithm \n time \n scope \n hash of the canonical request
 *		signing key			HMAC of secret, date, region, service, "aws4_request", one after the other
 *		signature			HMAC of the string to sign with the signing key
 *
 * The canonical request is hashed as it is put together.  Where the service
 * leaves a choice, the bytes as they were received are taken: no percent
 * escape is rewritten, so that changing one breaks the signature.
 *
 *-------------------------------------------------------------------------
 */
#include "http/sigv4.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#define SHA256_LENGTH	32
#define SHA256_BLOCK	64

/* More parameters than any query string of a signed request has. */
#define MAX_PARAMETERS	64

#define MISMATCH \
	"The request signature we calculated does not match the signature you provided. " \
	"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

/* A hash that is fed in small pieces. */
typedef struct Hash
{
	EVP_MD_CTX *context;
	size_t		n_pending;
	bool		failed;
	char		pending[512];
} Hash;

/* A signing key and what it was made of. */
typedef struct SigningKey
{
	char		access_key[128];
	char		date[8];
	char		region[64];
	char		secret[128];
	size_t		access_key_length;
	size_t		region_length;
	size_t		secret_length;
	unsigned char key[SHA256_LENGTH];
} SigningKey;

#define N_SIGNING_KEYS 64

static SigningKey signing_keys[N_SIGNING_KEYS];
static EVP_MD *sha256 = NULL;
static EVP_MD_CTX *contexts[2];	/* one for a hash, one for the HMAC of it */

/* ---- hashes ---- */

static bool
prepare(void)
{
	if (sha256 == NULL)
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	for (int i = 0; i < 2; i++)
		if (contexts[i] == NULL)
			contexts[i] = EVP_MD_CTX_new();
	return sha256 != NULL && contexts[0] != NULL && contexts[1] != NULL;
}

static void
hash_begin(Hash *hash, EVP_MD_CTX *context)
{
	hash->context = context;
	hash->n_pending = 0;
	hash->failed = EVP_DigestInit_ex(context, sha256, NULL) != 1;
}

static void
hash_flush(Hash *hash)
{
	if (hash->n_pending > 0 && EVP_DigestUpdate(hash->context, hash->pending, hash->n_pending) != 1)
		hash->failed = true;
	hash->n_pending = 0;
}

static void
hash_bytes(Hash *hash, const char *bytes, size_t length)
{
	if (length > sizeof(hash->pending) - hash->n_pending)
		hash_flush(hash);
	if (length > sizeof(hash->pending))
	{
		if (EVP_DigestUpdate(hash->context, bytes, length) != 1)
			hash->failed = true;
		return;
	}
	memcpy(hash->pending + hash->n_pending, bytes, length);
	hash->n_pending += length;
}

static void
hash_slice(Hash *hash, DynSlice text)
{
	hash_bytes(hash, text.at, text.length);
}

static bool
hash_end(Hash *hash, unsigned char digest[SHA256_LENGTH])
{
	hash_flush(hash);
	return EVP_DigestFinal_ex(hash->context, digest, NULL) == 1 && !hash->failed;
}

static void
to_hex(const unsigned char digest[SHA256_LENGTH], char hex[2 * SHA256_LENGTH])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < SHA256_LENGTH; i++)
	{
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
}

/* HMAC-SHA256; OpenSSL's own costs three times as much to set up. */
static bool
hmac(const unsigned char *key, size_t key_length, DynSlice text, unsigned char digest[SHA256_LENGTH])
{
	unsigned char block[SHA256_BLOCK] = {0};
	Hash		hash;
	bool		good = true;

	if (key_length > SHA256_BLOCK)
	{
		hash_begin(&hash, contexts[1]);
		hash_bytes(&hash, (const char *) key, key_length);
		good = hash_end(&hash, block);
	}
	else
		memcpy(block, key, key_length);

	for (int i = 0; i < SHA256_BLOCK; i++)
		block[i] ^= 0x36;
	hash_begin(&hash, contexts[1]);
	hash_bytes(&hash, (const char *) block, SHA256_BLOCK);
	hash_slice(&hash, text);
	good = hash_end(&hash, digest) && good;

	for (int i = 0; i < SHA256_BLOCK; i++)
		block[i] ^= 0x36 ^ 0x5C;
	hash_begin(&hash, contexts[1]);
	hash_bytes(&hash, (const char *) block, SHA256_BLOCK);
	hash_bytes(&hash, (const char *) digest, SHA256_LENGTH);
	good = hash_end(&hash, digest) && good;

	OPENSSL_cleanse(block, sizeof(block));
	OPENSSL_cleanse(hash.pending, sizeof(hash.pending));
	return good;
}

/* ---- the signing key ---- */

static bool
is_kept(const char *kept, size_t kept_length, DynSlice text)
{
	return kept_length == text.length && memcmp(kept, text.at, text.length) == 0;
}

/* HMAC of the secret and the parts of the scope, which are all that is left of it behind the date. */
static bool
derive_key(const DynSignature *signature, DynSlice secret, unsigned char key[SHA256_LENGTH])
{
	unsigned char first[4 + 128];
	DynSlice	rest = signature->scope;
	size_t		length = 4 + secret.length;
	bool		good;

	if (secret.length > 128)
		return false;
	memcpy(first, "AWS4", 4);
	memcpy(first + 4, secret.at, secret.length);

	/* date / region / service / aws4_request */
	good = hmac(first, length, signature->date, key);
	rest.at += signature->date.length;
	rest.length -= signature->date.length;
	while (good && rest.length > 0)
	{
		const char *begin = rest.at + 1;
		const char *slash = memchr(begin, '/', rest.length - 1);
		size_t		part = slash != NULL ? (size_t) (slash - begin) : rest.length - 1;

		good = hmac(key, SHA256_LENGTH, (DynSlice) {begin, part}, key);
		rest.at = begin + part;
		rest.length -= part + 1;
	}
	OPENSSL_cleanse(first, sizeof(first));
	return good;
}

/* The signing key of a secret, day and region; its service is always the same. */
static bool
find_key(const DynSignature *signature, DynSlice secret, unsigned char key[SHA256_LENGTH])
{
	uint32_t	place = 2166136261u;
	SigningKey *kept;

	for (size_t i = 0; i < signature->access_key.length; i++)
		place = (place ^ (unsigned char) signature->access_key.at[i]) * 16777619u;
	kept = &signing_keys[(place ^ place >> 16) % N_SIGNING_KEYS];

	if (is_kept(kept->access_key, kept->access_key_length, signature->access_key) &&
		is_kept(kept->date, sizeof(kept->date), signature->date) &&
		is_kept(kept->region, kept->region_length, signature->region) &&
		is_kept(kept->secret, kept->secret_length, secret))
	{
		memcpy(key, kept->key, SHA256_LENGTH);
		return true;
	}

	if (!derive_key(signature, secret, key))
		return false;
	OPENSSL_cleanse(kept, sizeof(*kept));
	if (signature->access_key.length > sizeof(kept->access_key) || signature->region.length > sizeof(kept->region) ||
		signature->date.length != sizeof(kept->date))
		return true;
	memcpy(kept->access_key, signature->access_key.at, signature->access_key.length);
	kept->access_key_length = signature->access_key.length;
	memcpy(kept->date, signature->date.at, sizeof(kept->date));
	memcpy(kept->region, signature->region.at, signature->region.length);
	kept->region_length = signature->region.length;
	memcpy(kept->secret, secret.at, secret.length);
	kept->secret_length = secret.length;
	memcpy(kept->key, key, SHA256_LENGTH);
	return true;
}

/* ---- the canonical request ---- */

static bool
is_unreserved(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
		byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

/* Escape all but unreserved bytes and one other.  Returns the length; "to" has three times the room. */
static size_t
escape(DynSlice text, char other, char *to)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t		length = 0;

	for (size_t i = 0; i < text.length; i++)
	{
		unsigned char byte = text.at[i];

		if (is_unreserved(byte) || byte == (unsigned char) other)
			to[length++] = byte;
		else
		{
			to[length++] = '%';
			to[length++] = digits[byte >> 4];
			to[length++] = digits[byte & 15];
		}
	}
	return length;
}

static int
compare(DynSlice a, DynSlice b)
{
	int			order = memcmp(a.at, b.at, a.length < b.length ? a.length : b.length);

	if (order != 0)
		return order;
	return a.length < b.length ? -1 : a.length > b.length;
}

typedef struct Parameter
{
	DynSlice	name;
	DynSlice	value;
} Parameter;

/* Insert a parameter into its place: there are few. */
static void
insert_sorted(Parameter *parameters, int n, Parameter parameter)
{
	for (; n > 0; n--)
	{
		int			order = compare(parameters[n - 1].name, parameter.name);

		if (order < 0 || (order == 0 && compare(parameters[n - 1].value, parameter.value) <= 0))
			break;
		parameters[n] = parameters[n - 1];
	}
	parameters[n] = parameter;
}

/* Parameters in order, without the signature; escapes stay as they came. */
static bool
hash_query(Hash *hash, DynSlice query)
{
	static char escaped[3 * DYN_HTTP_MAX_REQUEST_LINE];
	Parameter	parameters[MAX_PARAMETERS];
	int			n_parameters = 0;
	size_t		used = 0;
	const char *end = query.at + query.length;

	for (const char *begin = query.at; begin != NULL && begin < end;)
	{
		const char *ampersand = memchr(begin, '&', end - begin);
		const char *stop = ampersand != NULL ? ampersand : end;
		const char *equals = memchr(begin, '=', stop - begin);
		DynSlice	name = {begin, (equals != NULL ? equals : stop) - begin};
		DynSlice	value = {stop, 0};
		Parameter	parameter;

		if (equals != NULL)
			value = (DynSlice) {equals + 1, stop - equals - 1};
		begin = stop + 1;
		if ((name.length == 0 && value.length == 0) || dyn_slice_is(name, "X-Amz-Signature"))
			continue;
		if (n_parameters == MAX_PARAMETERS || used + 3 * (name.length + value.length) > sizeof(escaped))
			return false;
		parameter.name = (DynSlice) {escaped + used, escape(name, '%', escaped + used)};
		used += parameter.name.length;
		parameter.value = (DynSlice) {escaped + used, escape(value, '%', escaped + used)};
		used += parameter.value.length;
		insert_sorted(parameters, n_parameters++, parameter);
	}

	for (int i = 0; i < n_parameters; i++)
	{
		if (i > 0)
			hash_bytes(hash, "&", 1);
		hash_slice(hash, parameters[i].name);
		hash_bytes(hash, "=", 1);
		hash_slice(hash, parameters[i].value);
	}
	return true;
}

/* A value with each run of spaces as one. */
static void
hash_value(Hash *hash, DynSlice value)
{
	size_t		begin = 0;

	for (size_t i = 1; i < value.length; i++)
		if (value.at[i] == ' ' && value.at[i - 1] == ' ')
		{
			hash_bytes(hash, value.at + begin, i - begin);
			for (; value.at[i] == ' '; i++)
				;				/* it does not end with one */
			begin = i;
		}
	hash_bytes(hash, value.at + begin, value.length - begin);
}

/* name:value,value\n for each signed header.  Returns false where one is not there. */
static bool
hash_headers(Hash *hash, const DynHttpHead *head, DynSlice signed_headers)
{
	const char *end = signed_headers.at + signed_headers.length;

	for (const char *begin = signed_headers.at; begin < end;)
	{
		const char *semicolon = memchr(begin, ';', end - begin);
		DynSlice	name = {begin, (semicolon != NULL ? semicolon : end) - begin};
		char		lower[128];
		int			found = 0;

		if (name.length == 0 || name.length >= sizeof(lower))
			return false;
		memcpy(lower, name.at, name.length);
		lower[name.length] = '\0';

		hash_slice(hash, name);
		hash_bytes(hash, ":", 1);
		for (int i = 0; i < head->n_fields; i++)
			if (dyn_slice_is_nocase(head->fields[i].name, lower))
			{
				if (found++ > 0)
					hash_bytes(hash, ",", 1);
				hash_value(hash, head->fields[i].value);
			}
		if (found == 0)
			return false;
		hash_bytes(hash, "\n", 1);
		begin = name.at + name.length + 1;
	}
	return true;
}

static bool
hash_request(const DynHttpHead *head, DynSlice body, const DynSignature *signature, char hex[2 * SHA256_LENGTH])
{
	static char path[3 * DYN_HTTP_MAX_REQUEST_LINE];
	unsigned char digest[SHA256_LENGTH];
	Hash		hash;

	if (EVP_DigestInit_ex(contexts[1], sha256, NULL) != 1 ||
		EVP_DigestUpdate(contexts[1], body.at, body.length) != 1 ||
		EVP_DigestFinal_ex(contexts[1], digest, NULL) != 1)
		return false;
	to_hex(digest, hex);

	hash_begin(&hash, contexts[0]);
	hash_slice(&hash, head->method);
	hash_bytes(&hash, "\n", 1);
	/* What is escaped in the path is escaped once more. */
	hash_bytes(&hash, path, escape(head->path, '/', path));
	hash_bytes(&hash, "\n", 1);
	if (!hash_query(&hash, head->query))
		return false;
	hash_bytes(&hash, "\n", 1);
	if (!hash_headers(&hash, head, signature->signed_headers))
		return false;
	hash_bytes(&hash, "\n", 1);
	hash_slice(&hash, signature->signed_headers);
	hash_bytes(&hash, "\n", 1);
	hash_bytes(&hash, hex, 2 * SHA256_LENGTH);
	if (!hash_end(&hash, digest))
		return false;
	to_hex(digest, hex);
	return true;
}

DynAuthError
dyn_sigv4_check(const DynHttpHead *head, DynSlice body, const DynSignature *signature,
				DynSlice secret, DynAuthFailure *failure)
{
	static const char algorithm[] = "AWS4-HMAC-SHA256\n";
	char		to_sign[sizeof(algorithm) + DYN_SIGV4_TIME_LENGTH + 256 + 2 * SHA256_LENGTH];
	size_t		length = sizeof(algorithm) - 1;
	unsigned char key[SHA256_LENGTH];
	unsigned char digest[SHA256_LENGTH];
	char		hex[2 * SHA256_LENGTH];
	bool		good;

	if (signature->scope.length > 250 || signature->signature.length != sizeof(hex) || !prepare() ||
		!hash_request(head, body, signature, hex))
		return dyn_auth_fail(failure, DYN_AUTH_INVALID, MISMATCH);

	memcpy(to_sign, algorithm, length);
	memcpy(to_sign + length, signature->time, DYN_SIGV4_TIME_LENGTH);
	length += DYN_SIGV4_TIME_LENGTH;
	to_sign[length++] = '\n';
	memcpy(to_sign + length, signature->scope.at, signature->scope.length);
	length += signature->scope.length;
	to_sign[length++] = '\n';
	memcpy(to_sign + length, hex, sizeof(hex));
	length += sizeof(hex);

	good = find_key(signature, secret, key) && hmac(key, sizeof(key), (DynSlice) {to_sign, length}, digest);
	OPENSSL_cleanse(key, sizeof(key));
	if (!good)
		return dyn_auth_fail(failure, DYN_AUTH_INVALID, MISMATCH);
	to_hex(digest, hex);
	if (CRYPTO_memcmp(hex, signature->signature.at, sizeof(hex)) != 0)
		return dyn_auth_fail(failure, DYN_AUTH_INVALID, MISMATCH);
	return DYN_AUTH_OK;
}
