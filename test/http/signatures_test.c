/*
 * Checks the signatures of signatures.txt: those that are right, every other
 * byte in the places that a signature covers, times, and keys that change.
 * Prints TAP.
 *
 *		signatures_test signatures.txt
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "http/body.h"
#include "http/sigv4.h"

#define SERVICE	"service"
#define SECRET	"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

/* 20150830T123600Z */
#define THEN	1440938160

static DynHttpHead head;
static DynSignature signature;
static DynAuthFailure failure;
static size_t body_begin;

/* What is wrong with a request: "ok", or a message. */
static const char *
check(const char *bytes, size_t length, int64_t now, const char *secret)
{
	DynHttpHeadReader reader = {0};
	DynSlice	body;
	size_t		size;

	if (dyn_http_head_read(&reader, bytes, length, &head, &size) != DYN_HTTP_DONE)
		return "no request";
	body_begin = size;
	if (head.content_length != length - size)
		return "another length";
	body = (DynSlice) {bytes + size, length - size};
	if (dyn_sigv4_read(&head, SERVICE, now, &signature, &failure) != DYN_AUTH_OK ||
		!dyn_slice_is(signature.access_key, "AKIDEXAMPLE") ||
		dyn_sigv4_check(&head, body, &signature, (DynSlice) {secret, strlen(secret)}, &failure) != DYN_AUTH_OK)
		return failure.message;
	return "ok";
}

static void
mark(char *covered, const char *bytes, DynSlice part)
{
	memset(covered + (part.at - bytes), 1, part.length);
}

/* May one byte be the other, where they stand between the parameters of Authorization? */
static int
is_separator(char byte)
{
	return byte == ' ' || byte == ',';
}

/*
 * No byte that the signature covers, nor one of the signature itself, can be
 * another: any other in the plainest case, one with another bit in the rest.
 */
static void
test_flips(const char *name, const char *bytes, size_t length)
{
	char	   *covered = calloc(length, 1);
	char	   *changed = malloc(length);
	char		title[256];
	int			n_changes = 0;
	int			n_accepted = 0;
	int			any = strncmp(name, "get-vanilla,", 12) == 0;

	mark(covered, bytes, head.method);
	mark(covered, bytes, head.path);
	if (head.query.at != NULL)
		mark(covered, bytes, head.query);
	for (int i = 0; i < head.n_fields; i++)
		mark(covered, bytes, head.fields[i].value);
	memset(covered + body_begin, 1, length - body_begin);

	memcpy(changed, bytes, length);
	for (size_t i = 0; i < length; i++)
	{
		if (!covered[i])
			continue;
		for (int byte = 0; byte < 256; byte++)
		{
			int			difference = byte ^ (unsigned char) bytes[i];

			if (difference == 0 || (!any && (difference & (difference - 1)) != 0) ||
				(is_separator(bytes[i]) && is_separator((char) byte)))
				continue;
			changed[i] = (char) byte;
			n_changes++;
			if (strcmp(check(changed, length, THEN, SECRET), "ok") == 0)
			{
				n_accepted++;
				printf("# accepted: 0x%02x for \"%c\" at %zu\n", byte, bytes[i], i);
			}
		}
		changed[i] = bytes[i];
	}
	snprintf(title, sizeof(title), "%s, %d changes of a byte", name, n_changes);
	report(n_changes > 0 && n_accepted == 0, title, "some accepted", "none accepted");
	free(covered);
	free(changed);
}

static void
test_signature(const char *name, const char *what, const char *bytes, size_t length)
{
	const char *found = check(bytes, length, THEN, SECRET);

	/* "refused" leaves open how. */
	if (strcmp(what, "refused") == 0)
		report(strcmp(found, "ok") != 0, name, found, what);
	else
		report(strcmp(found, what) == 0, name, found, what);
	if (strcmp(what, "ok") == 0 && strcmp(found, "ok") == 0)
		test_flips(name, bytes, length);
}

/* ---- the first case, at other times and with other secrets ---- */

static char *vanilla = NULL;
static size_t vanilla_length;

static void
keep_first(const char *name, const char *what, const char *bytes, size_t length)
{
	(void) what;
	if (vanilla != NULL || strcmp(name, "get-vanilla, header") != 0)
		return;
	vanilla = malloc(length);
	memcpy(vanilla, bytes, length);
	vanilla_length = length;
}

static void
test_at(const char *name, int64_t now, const char *secret, const char *expected)
{
	const char *found = check(vanilla, vanilla_length, now, secret);

	report(strcmp(found, expected) == 0, name, found, expected);
}

int
main(int argc, char **argv)
{
	static const char mismatch[] =
		"The request signature we calculated does not match the signature you provided. "
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

	if (argc != 2 || !for_each_case(argv[1], test_signature) || !for_each_case(argv[1], keep_first) || vanilla == NULL)
	{
		fprintf(stderr, "usage: signatures_test signatures.txt\n");
		return 2;
	}
	test_at("15 minutes old", THEN + 900, SECRET, "ok");
	test_at("older than 15 minutes", THEN + 901, SECRET,
			"Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)");
	test_at("years old", THEN + 86400 * 3653LL, SECRET,
			"Signature expired: 20150830T123600Z is now earlier than 20250830T122100Z (20250830T123600Z - 15 min.)");
	test_at("15 minutes to come", THEN - 900, SECRET, "ok");
	test_at("more than 15 minutes to come", THEN - 901, SECRET,
			"Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)");
	test_at("another secret", THEN, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEz", mismatch);
	test_at("the right secret again", THEN, SECRET, "ok");
	test_at("an empty secret", THEN, "", mismatch);
	test_at("a secret with more behind it", THEN, SECRET "x", mismatch);
	test_at("a secret that is too long", THEN,
			SECRET SECRET SECRET SECRET, mismatch);
	test_at("the right secret once more", THEN, SECRET, "ok");
	free(vanilla);
	return failures > 0;
}
