/*-------------------------------------------------------------------------
 *
 * reserved_words.c
 *	  Words that an expression must not use as bare attribute names.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "expr/tree.h"

static const char *const reserved_words[] = {
#define RESERVED_WORD(word) word,
#include "expr/reserved_words.def"
#undef RESERVED_WORD
};

#define LONGEST_RESERVED_WORD	32

bool
dyn_word_is_reserved(const char *word, uint32 length)
{
	char		upper[LONGEST_RESERVED_WORD + 1];
	int			low = 0;
	int			high = lengthof(reserved_words) - 1;

	if (length > LONGEST_RESERVED_WORD)
		return false;
	for (uint32 i = 0; i < length; i++)
		upper[i] = pg_ascii_toupper((unsigned char) word[i]);
	upper[length] = '\0';

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		int			order = strcmp(upper, reserved_words[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return false;
}
