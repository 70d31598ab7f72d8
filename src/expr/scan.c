/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  Expression text to tokens.
 *
 * The scanner knows no keywords: what a word means depends on where it
 * stands, and only the parser knows that.  It never fails; what is no token
 * becomes TOKEN_BAD, so that the parser can name it with its neighbours.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "expr/tree.h"

static inline bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_word_part(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

static inline bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Take the token that starts at a character that is no space. */
static DynToken
next_token(const char *text, uint32 length, uint32 start)
{
	DynToken	token = {TOKEN_BAD, start, 1};
	uint32		end = start + 1;
	char		c = text[start];
	char		next = end < length ? text[end] : '\0';

	if (is_letter(c) || c == '#' || c == ':')
	{
		while (end < length && is_word_part(text[end]))
			end++;
		token.length = end - start;
		if (is_letter(c))
			token.kind = TOKEN_WORD;
		else if (token.length > 1)
			token.kind = c == '#' ? TOKEN_NAME : TOKEN_VALUE;
		return token;
	}
	if (is_digit(c))
	{
		/* no leading zeros: "007" is three tokens */
		while (c != '0' && end < length && is_digit(text[end]))
			end++;
		token.length = end - start;
		token.kind = TOKEN_INTEGER;
		return token;
	}

	switch (c)
	{
		case '(':
			token.kind = TOKEN_OPEN;
			break;
		case ')':
			token.kind = TOKEN_CLOSE;
			break;
		case '[':
			token.kind = TOKEN_OPEN_BRACKET;
			break;
		case ']':
			token.kind = TOKEN_CLOSE_BRACKET;
			break;
		case ',':
			token.kind = TOKEN_COMMA;
			break;
		case '.':
			token.kind = TOKEN_DOT;
			break;
		case '+':
			token.kind = TOKEN_PLUS;
			break;
		case '-':
			token.kind = TOKEN_MINUS;
			break;
		case '=':
			token.kind = TOKEN_EQ;
			break;
		case '<':
			token.kind = next == '>' ? TOKEN_NE : next == '=' ? TOKEN_LE : TOKEN_LT;
			break;
		case '>':
			token.kind = next == '=' ? TOKEN_GE : TOKEN_GT;
			break;
		default:
			/* a whole character, so that messages stay valid UTF-8 */
			token.length = Min((uint32) pg_mblen(text + start), length - start);
			return token;
	}
	if (token.kind == TOKEN_NE || token.kind == TOKEN_LE || token.kind == TOKEN_GE)
		token.length = 2;
	return token;
}

DynToken *
dyn_expression_scan(const char *text, uint32 length, int *count)
{
	/* no token is shorter than a byte, and one more ends the list */
	DynToken   *tokens = palloc(sizeof(DynToken) * ((Size) length + 1));
	uint32		position = 0;
	int			n = 0;

	for (;;)
	{
		while (position < length && is_space(text[position]))
			position++;
		if (position >= length)
			break;
		tokens[n] = next_token(text, length, position);
		position += tokens[n].length;
		n++;
	}
	tokens[n].kind = TOKEN_END;
	tokens[n].start = length;
	tokens[n].length = 0;
	*count = n + 1;
	return tokens;
}
