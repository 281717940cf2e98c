/*
 * shword: what the words of a shell script are to the command they stand in,
 * as far as it decides which of them are reserved.  Pure; it must not know
 * of quotes, nor where a word ends.
 */
#ifndef CMD_SHWORD_H
#define CMD_SHWORD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the next word is.  An operator or a new line changes those that stand
 * before SUBJECT.
 */
enum shword_position {
	SHWORD_FRESH,	/* begins a line, or follows a compound command */
	SHWORD_COMMAND, /* begins a command elsewhere */
	SHWORD_DOUBT,	/* reserved in some shells, an argument in others */
	SHWORD_ARGUMENT,
	SHWORD_FOR,	 /* the name after for */
	SHWORD_FOR_IN,	 /* in or do */
	SHWORD_FUNCTION, /* the name after function */
	SHWORD_SUBJECT,	 /* what case is about */
	SHWORD_CASE_IN,
	SHWORD_PATTERN,	     /* the first word of a pattern, or esac */
	SHWORD_PATTERN_REST, /* a later one */
	SHWORD_TEST,	     /* inside [[ ]] */
	SHWORD_ELEMENT	     /* inside NAME=( ) */
};

enum shword_shape {
	SHWORD_NONE, /* no word has begun */
	SHWORD_NAME,
	SHWORD_NUMBER,
	SHWORD_SUBSCRIPT, /* NAME[…, or […  as an element */
	SHWORD_OTHER
};

/* What the end of a word means to the caller's stack of contexts. */
enum shword_event {
	SHWORD_NOTHING,
	SHWORD_CASE, /* a case command begins */
	SHWORD_ESAC, /* and ends */
	SHWORD_TEST_BEGIN,
	SHWORD_TEST_END,
	SHWORD_LOST /* the shells go on differently from here */
};

#define SHWORD_TEXT 12 /* bytes; longer than any reserved word */

/* One level of a script: the words of its commands.  All zero is its start. */
struct shword {
	enum shword_position position;
	enum shword_shape shape;
	bool target;		/* the next word belongs to a redirection */
	char text[SHWORD_TEXT]; /* the word so far, when it's short and plain */
	size_t len;
};

/* Adds an unquoted character to the word; begins one when there is none. */
void shword_add(struct shword *, char c);

/* Adds something that isn't literal: a quoted part or an expansion. */
void shword_mark(struct shword *);

/* Ends the word, if there is one. */
enum shword_event shword_end(struct shword *);

/* Forgets a word that turned out to be a redirection's number. */
void shword_drop(struct shword *);

/* After an operator that begins another command. */
void shword_operator(struct shword *);

/* After the end of a line. */
void shword_newline(struct shword *);

/* After the operator of a redirection, whose target follows. */
void shword_redirect(struct shword *);

#endif
