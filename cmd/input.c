/*
 * input: one list of values: words of the command line, or the lines of a file.
 * It owns the list's descriptor; it must not know what becomes of a value.
 */
#include "cmd/input.h"

#include <sys/stat.h>

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BOM	  "\xef\xbb\xbf" /* a mark that text is UTF-8 */
#define READ_SIZE (64U * 1024U)	 /* bytes asked for at a time */

/* Nothing in the format asks for a look at each value. */
static bool
is_as_is(const struct input_format *format)
{
	return !format->urls && !format->skip_blank && format->end == NULL &&
	    !format->trim_left && !format->trim_right;
}

void
input_open_words(struct input *in, const struct input_format *format,
    char *const *words, size_t n)
{
	*in = (struct input){.name = "the command line",
	    .format = format,
	    .as_is = is_as_is(format),
	    .fd = -1,
	    .words = words,
	    .nwords = n};
}

/* What begins with "<" is a page or a sitemap: a look at a file shows it. */
static bool
is_markup(const struct input *in)
{
	off_t at = lseek(in->fd, 0, SEEK_CUR);
	char bytes[256];
	ssize_t n = at != -1 ? pread(in->fd, bytes, sizeof(bytes), at) : 0, i;

	i = n >= 3 && memcmp(bytes, BOM, 3) == 0 ? 3 : 0;
	while (i < n && isspace((unsigned char)bytes[i]))
		i++;
	return i < n && bytes[i] == '<';
}

int
input_open_file(
    struct input *in, const struct input_format *format, const char *path)
{
	struct stat st;
	char first;

	*in = (struct input){.name = path,
	    .format = format,
	    .as_is = is_as_is(format),
	    .fd = -1};
	buf_init(&in->buf, INPUT_VALUE_MAX + READ_SIZE);
	if (strcmp(path, "-") == 0) {
		in->name = "standard input";
		in->fd = STDIN_FILENO;
	} else {
		in->fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (in->fd == -1 || fstat(in->fd, &st) == -1)
		return -1;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	/* so it is too where standard input was closed */
	if ((fcntl(in->fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
		errno = EBADF;
		return -1;
	}
	/* a file never makes us wait; all else may */
	in->poll = !S_ISREG(st.st_mode);
	/* to be told before anything runs, not when it is its turn */
	if (!in->poll && pread(in->fd, &first, 1, 0) == -1)
		return -1;
	if (!in->poll && format->urls && is_markup(in)) {
		errno = EBADMSG;
		return -1;
	}
	return 0;
}

bool
input_is_ended(const struct input *in)
{
	if (in->words != NULL)
		return in->line == in->nwords;
	return in->ended && in->buf.len == in->consumed && !in->skipping;
}

void
input_close(struct input *in)
{
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	in->fd = -1;
	in->ended = true;
	buf_clear(&in->buf);
}

/* One read.  INPUT_VALUE: some bytes came, or the end is known now. */
static enum input_result
fill(struct input *in)
{
	unsigned char *room;
	ssize_t n;

	if (in->poll && !in->readable)
		return INPUT_WAIT;
	in->readable = false;
	if ((room = buf_reserve(&in->buf, READ_SIZE)) == NULL)
		return INPUT_FAILED;
	n = read(in->fd, room, READ_SIZE);
	if (n == -1)
		return errno == EINTR || errno == EAGAIN ? INPUT_WAIT
							 : INPUT_FAILED;
	if (n == 0)
		in->ended = true;
	if (in->format->delimiter != '\0' && memchr(room, '\0', (size_t)n))
		in->holds_nul = true;
	buf_commit(&in->buf, (size_t)n);
	return INPUT_VALUE;
}

/*
 * The carriage return before a new line: stripped on request, else told, unless
 * it goes with other white space.
 */
static void
check_crlf(struct input *in, struct value *v)
{
	if (in->format->delimiter != '\n' || v->len == 0 ||
	    v->data[v->len - 1] != '\r')
		return;
	if (in->format->crlf || in->format->urls) {
		v->len--;
		return;
	}
	if (!in->warned_crlf && !in->format->trim_right)
		warnx("%s: line %ju ends in CR LF, and the CR is kept; "
		      "--crlf strips it",
		    in->name, (uintmax_t)in->line);
	in->warned_crlf = true;
}

/* A value of len bytes at the head of the buffer; extra: its delimiter. */
static enum input_result
take(struct input *in, struct value *v, size_t len, size_t extra)
{
	in->consumed = len + extra;
	in->scanned = 0;
	in->line++;
	v->data = (const char *)buf_head(&in->buf);
	v->len = len;
	v->why = NULL;
	check_crlf(in, v);
	if (in->skipping || len > INPUT_VALUE_MAX)
		v->why = "the record is longer than 16 MiB";
	else if (in->holds_nul && memchr(v->data, '\0', len) != NULL)
		v->why = "the record holds a NUL byte; -0 reads records that "
			 "end in NUL";
	if (in->skipping) {
		v->data = in->beginning;
		v->len = sizeof(in->beginning);
	}
	in->skipping = false;
	return INPUT_VALUE;
}

/* A value that is already too long: its bytes go, its end is looked for. */
static void
skip(struct input *in)
{
	if (!in->skipping)
		memcpy(
		    in->beginning, buf_head(&in->buf), sizeof(in->beginning));
	in->skipping = true;
	buf_consume(&in->buf, in->buf.len);
	in->scanned = 0;
}

static enum input_result
next_line(struct input *in, struct value *v)
{
	const unsigned char *head, *end;
	enum input_result got;

	buf_consume(&in->buf, in->consumed);
	in->consumed = 0;
	for (;;) {
		head = buf_head(&in->buf);
		end = NULL;
		if (in->buf.len > in->scanned)
			end = memchr(head + in->scanned, in->format->delimiter,
			    in->buf.len - in->scanned);
		if (end != NULL)
			return take(in, v, (size_t)(end - head), 1);
		in->scanned = in->buf.len;
		if (in->ended && (in->buf.len > 0 || in->skipping))
			return take(in, v, in->buf.len, 0);
		if (in->ended)
			return INPUT_END;
		if (in->buf.len > INPUT_VALUE_MAX)
			skip(in);
		if ((got = fill(in)) != INPUT_VALUE)
			return got;
	}
}

static enum input_result
next_word(struct input *in, struct value *v)
{
	if (in->line == in->nwords)
		return INPUT_END;
	v->data = in->words[in->line++];
	v->len = strlen(v->data);
	v->why = NULL;
	return INPUT_VALUE;
}

void
input_trim(const struct input_format *format, struct value *v)
{
	while (format->trim_left && v->len > 0 &&
	    isspace((unsigned char)v->data[0])) {
		v->data++;
		v->len--;
	}
	while (format->trim_right && v->len > 0 &&
	    isspace((unsigned char)v->data[v->len - 1]))
		v->len--;
}

static bool
is_blank(const struct value *v)
{
	size_t i;

	for (i = 0; i < v->len; i++) {
		if (!isspace((unsigned char)v->data[i]))
			return false;
	}
	return true;
}

/*
 * A line of a list of URLs, as people have them: blanks around it go, and so
 * does what Windows puts at the beginning of a file.  false: it is no URL, but
 * empty or a comment.
 */
static bool
clean_url(const struct input *in, struct value *v)
{
	static const struct input_format both = {
	    .trim_left = true, .trim_right = true};

	if (in->line == 1 && v->len >= 3 && memcmp(v->data, BOM, 3) == 0) {
		v->data += 3;
		v->len -= 3;
	}
	input_trim(&both, v);
	if (v->len > 0 && v->data[0] == '<')
		v->why = INPUT_MARKUP;
	return v->len > 0 && v->data[0] != '#';
}

/* True when a value is to be left out. */
static bool
is_left_out(const struct input *in, struct value *v)
{
	if (in->format->urls && in->words == NULL && !clean_url(in, v))
		return true;
	return in->format->skip_blank && is_blank(v);
}

/* The value that says that the list ends here. */
static bool
is_end(const struct input_format *format, const struct value *v)
{
	return format->end != NULL && strlen(format->end) == v->len &&
	    memcmp(format->end, v->data, v->len) == 0;
}

enum input_result
input_next(struct input *in, struct value *v)
{
	enum input_result got;

	do {
		got = in->words != NULL || in->fd == -1 ? next_word(in, v)
							: next_line(in, v);
		if (got != INPUT_VALUE || v->why != NULL || in->as_is)
			return got;
	} while (is_left_out(in, v));
	if (v->why != NULL && !in->begun) {
		errno = EBADMSG;
		return INPUT_FAILED;
	}
	in->begun = true;
	if (v->why != NULL)
		return got;
	if (is_end(in->format, v)) {
		in->nwords = in->line;
		in->ended = true;
		buf_consume(&in->buf, in->buf.len);
		in->consumed = 0;
		return INPUT_END;
	}
	if (!in->format->columns)
		input_trim(in->format, v);
	return INPUT_VALUE;
}
