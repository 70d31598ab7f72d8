/*-------------------------------------------------------------------------
 *
 * text_read.c
 *	  Reading DynamoDB JSON text fast: type input, and so COPY, live on it.
 *
 * Postgres' JSON lexer finds the tokens; the reader is directed by the types
 * and builds values bottom up.  The lexer is told to leave escapes alone,
 * because it refuses U+0000: they are taken here.  Strings without escapes
 * stay slices of the text until their container is finished.
 *
 * Everything regular is read here.  Whatever is not (a fault, or something
 * unusual such as a member that is no type) is handed over, whole, to the
 * reader of requests (json_item.c), which accepts it or raises.  So a text is
 * accepted by both readers or by none, with the same errors.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/compat.h"
#include "base/json_read.h"
#include "base/json_string.h"
#include "item/bytes.h"
#include "item/value.h"

/* A slice of text. */
typedef struct Slice
{
	const char *data;
	size_t		length;
} Slice;

static bool read_value(JsonLexContext *lex, int levels, DynValue *value);
static bool read_attributes(JsonLexContext *lex, int levels, DynBuilder *builder);
static bool read_list(JsonLexContext *lex, int levels, DynValue *value);
static bool read_set(JsonLexContext *lex, DynTag tag, DynValue *value);
static bool read_payload(JsonLexContext *lex, DynTag tag, int levels, DynValue *value);
static bool take_string(JsonLexContext *lex, Slice *string);
static bool unescape(const char *text, const char *end, Slice *string);

/* Step to the next token; false where there is no proper one. */
static inline bool
advance(JsonLexContext *lex)
{
	return json_lex(lex) == JSON_SUCCESS;
}

/* Step to the next token; false unless it is the expected one. */
static inline bool
expect(JsonLexContext *lex, JsonTokenType token)
{
	return json_lex(lex) == JSON_SUCCESS && lex->token_type == token;
}

/* Set up the lexer; false where the text is not for it. */
static bool
begin(JsonLexContext *lex, const char *text, size_t length)
{
	if (!dyn_utf8_is_valid(text, length))
		return false;
	dyn_json_lexer_begin(lex, text, length);
	return true;
}

struct varlena *
dyn_item_from_text(const char *text, size_t length)
{
	JsonLexContext lex;
	DynBuilder	builder;
	DynValue	item;

	dyn_builder_init(&builder, DYN_TAG_M);
	if (begin(&lex, text, length) &&
		expect(&lex, JSON_TOKEN_OBJECT_START) &&
		read_attributes(&lex, DYN_MAX_NESTING, &builder) &&
		expect(&lex, JSON_TOKEN_END))
		return dyn_builder_finish_item(&builder);

	item = dyn_item_from_json(dyn_json_parse(text, length));
	return dyn_value_to_item_datum(&item);
}

struct varlena *
dyn_value_from_text(const char *text, size_t length)
{
	JsonLexContext lex;
	DynValue	value;

	if (!(begin(&lex, text, length) &&
		  advance(&lex) &&
		  read_value(&lex, DYN_MAX_NESTING, &value) &&
		  expect(&lex, JSON_TOKEN_END)))
		value = dyn_value_from_json(dyn_json_parse(text, length));
	return dyn_value_to_datum(&value);
}

/*
 * Read the members of an object whose brace was the last token, up to its
 * closing brace: names and attribute values.
 */
static bool
read_attributes(JsonLexContext *lex, int levels, DynBuilder *builder)
{
	if (!advance(lex))
		return false;
	if (lex->token_type == JSON_TOKEN_OBJECT_END)
		return true;
	for (;;)
	{
		Slice		name;
		DynValue	value;

		if (lex->token_type != JSON_TOKEN_STRING ||
			!take_string(lex, &name) ||
			!dyn_name_is_valid(name.data, name.length) ||
			!expect(lex, JSON_TOKEN_COLON) ||
			!advance(lex) ||
			!read_value(lex, levels, &value))
			return false;
		dyn_builder_add(builder, name.data, name.length, &value);

		if (!advance(lex))
			return false;
		if (lex->token_type == JSON_TOKEN_OBJECT_END)
			return true;
		if (lex->token_type != JSON_TOKEN_COMMA || !advance(lex))
			return false;
	}
}

/* Read an attribute value, the first of so many levels, whose brace is the current token. */
static bool
read_value(JsonLexContext *lex, int levels, DynValue *value)
{
	DynTag		tag;

	CHECK_FOR_INTERRUPTS();
	return levels > 0 &&
		lex->token_type == JSON_TOKEN_OBJECT_START &&
		expect(lex, JSON_TOKEN_STRING) &&
		dyn_tag_from_name(lex->token_start + 1, lex->token_terminator - lex->token_start - 2, &tag) &&
		expect(lex, JSON_TOKEN_COLON) &&
		advance(lex) &&
		read_payload(lex, tag, levels, value) &&
		expect(lex, JSON_TOKEN_OBJECT_END);
}

/* Read what stands behind a type's name and is the current token. */
static bool
read_payload(JsonLexContext *lex, DynTag tag, int levels, DynValue *value)
{
	DynBuilder	builder;
	Slice		string;

	switch (tag)
	{
		case DYN_TAG_NULL:
		case DYN_TAG_FALSE:
		case DYN_TAG_TRUE:
			value->length = 0;
			value->data = (const uint8 *) "";
			value->tag = tag;
			if (lex->token_type == JSON_TOKEN_TRUE)
				return true;
			value->tag = DYN_TAG_FALSE;
			return tag != DYN_TAG_NULL && lex->token_type == JSON_TOKEN_FALSE;

		case DYN_TAG_N:
			return take_string(lex, &string) && dyn_read_number(string.data, string.length, value);

		case DYN_TAG_S:
			if (!take_string(lex, &string))
				return false;
			value->tag = DYN_TAG_S;
			value->length = string.length;
			value->data = (const uint8 *) string.data;
			return true;

		case DYN_TAG_B:
			return take_string(lex, &string) && dyn_read_binary(string.data, string.length, value);

		case DYN_TAG_NS:
		case DYN_TAG_SS:
		case DYN_TAG_BS:
			return read_set(lex, tag, value);

		case DYN_TAG_L:
			return read_list(lex, levels - 1, value);

		case DYN_TAG_M:
			if (lex->token_type != JSON_TOKEN_OBJECT_START)
				return false;
			check_stack_depth();
			dyn_builder_init(&builder, DYN_TAG_M);
			if (!read_attributes(lex, levels - 1, &builder))
				return false;
			*value = dyn_builder_finish(&builder, 0);
			return true;
	}
	return false;
}

/* Read a list whose bracket is the current token. */
static bool
read_list(JsonLexContext *lex, int levels, DynValue *value)
{
	DynBuilder	builder;

	check_stack_depth();
	if (lex->token_type != JSON_TOKEN_ARRAY_START || !advance(lex))
		return false;
	dyn_builder_init(&builder, DYN_TAG_L);
	if (lex->token_type != JSON_TOKEN_ARRAY_END)
	{
		for (;;)
		{
			DynValue	element;

			if (!read_value(lex, levels, &element) || !advance(lex))
				return false;
			dyn_builder_add(&builder, NULL, 0, &element);
			if (lex->token_type == JSON_TOKEN_ARRAY_END)
				break;
			if (lex->token_type != JSON_TOKEN_COMMA || !advance(lex))
				return false;
		}
	}
	*value = dyn_builder_finish(&builder, 0);
	return true;
}

/* Read a set whose bracket is the current token. */
static bool
read_set(JsonLexContext *lex, DynTag tag, DynValue *value)
{
	DynBuilder	builder;
	DynTag		element_tag = tag == DYN_TAG_NS ? DYN_TAG_N : tag == DYN_TAG_SS ? DYN_TAG_S : DYN_TAG_B;

	if (lex->token_type != JSON_TOKEN_ARRAY_START)
		return false;
	dyn_builder_init(&builder, tag);
	for (;;)
	{
		DynValue	element;

		CHECK_FOR_INTERRUPTS();
		if (!advance(lex) || !read_payload(lex, element_tag, 0, &element) || !advance(lex))
			return false;
		dyn_builder_add(&builder, NULL, 0, &element);
		if (lex->token_type == JSON_TOKEN_ARRAY_END)
			break;
		if (lex->token_type != JSON_TOKEN_COMMA)
			return false;
	}
	if (dyn_builder_sort_set(&builder) != DYN_SET_OK)
		return false;
	*value = dyn_builder_finish(&builder, 0);
	return true;
}

/*
 * Take the current token as a string, without its quotes and escapes: a slice
 * of the text where it has none.
 */
static bool
take_string(JsonLexContext *lex, Slice *string)
{
	const char *end = lex->token_terminator - 1;

	if (lex->token_type != JSON_TOKEN_STRING)
		return false;
	string->data = lex->token_start + 1;
	string->length = end - string->data;
	if (memchr(string->data, '\\', string->length) == NULL)
		return true;
	return unescape(string->data, end, string);
}

/* Take the escapes out of a string. */
static bool
unescape(const char *text, const char *end, Slice *string)
{
	char	   *start = palloc(end - text + 1);
	char	   *out = dyn_json_unescape(text, end, start);

	if (out == NULL)
		return false;
	string->data = start;
	string->length = out - start;
	return true;
}

bool
dyn_string_unescape(const char *text, size_t length, DynValue *value)
{
	Slice		string;

	if (!unescape(text, text + length, &string))
		return false;
	value->tag = DYN_TAG_S;
	value->length = string.length;
	value->data = (const uint8 *) string.data;
	return true;
}
