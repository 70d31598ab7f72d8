/*
 * Fuzzes the readers of heads and bodies: whatever the bytes are, and however
 * they arrive, nothing crashes, every slice lies in what was read, and the
 * same requests come out.
 *
 * With clang's libFuzzer this is its target.  Without it, main() makes up
 * bytes itself: readers_fuzz RUNS SEED CORPUS-FILE, from a file of requests.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"

static size_t
all(size_t left, void *state)
{
	(void) state;
	return left;
}

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Mostly a few bytes at a time. */
static size_t
some(size_t left, void *state)
{
	size_t		n = 1 + next_random(state) % (next_random(state) % 8 == 0 ? 64 : 4);

	return n < left ? n : left;
}

int			LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t	state = 0x9E3779B97F4A7C15;
	const char *whole;
	const char *pieces;

	for (size_t i = 0; i < size; i++)
		state = state * 31 + data[i];
	if (state == 0)
		state = 1;

	whole = reading((const char *) data, size, all, NULL);
	pieces = reading((const char *) data, size, some, &state);
	if (strcmp(whole, pieces) != 0)
	{
		fprintf(stderr, "whole:     %s\nin pieces: %s\n", whole, pieces);
		abort();
	}
	return 0;
}

#ifdef WITHOUT_LIBFUZZER

/* Pieces that requests are made of. */
static const char *const words[] = {
	"GET", "POST", " ", "/", "?", "HTTP/1.1", "HTTP/1.0", "\r\n", "\r", "\n", ":", "Host: a\r\n", "\r\n\r\n",
	"Content-Length: ", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Expect: 100-continue\r\n",
	"0", "5", "1f", "0\r\n\r\n", "5\r\nhello\r\n", ";a=b", ";a=\"", "\t", "x", "%20", "POST / HTTP/1.1\r\nHost: a\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "Content-Length: 5\r\n\r\nhello", "http://a/", "[::1]", "*", "OPTIONS", ","
};

int
main(int argc, char **argv)
{
	uint64_t	runs = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	uint64_t	seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	uint64_t	state = seed * 0x9E3779B97F4A7C15 + 1;

	printf("%llu runs, seed %llu\n", (unsigned long long) runs, (unsigned long long) seed);
	for (uint64_t run = 0; run < runs; run++)
	{
		char		bytes[4096];
		size_t		length = 0;
		int			n_words = 1 + next_random(&state) % 24;
		char	   *exact;

		for (int i = 0; i < n_words; i++)
		{
			const char *word = words[next_random(&state) % (sizeof(words) / sizeof(words[0]))];

			memcpy(bytes + length, word, strlen(word));
			length += strlen(word);
		}
		for (int flips = next_random(&state) % 3; flips > 0; flips--)
			bytes[next_random(&state) % length] ^= 1 << next_random(&state) % 8;

		/* In memory of its own, so that a sanitizer sees what is read beyond. */
		exact = malloc(length);
		memcpy(exact, bytes, length);
		LLVMFuzzerTestOneInput((const uint8_t *) exact, length);
		free(exact);
	}
	printf("no failure\n");
	return 0;
}

#endif
