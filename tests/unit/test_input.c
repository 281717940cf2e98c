/*
 * test_input: owns the tests of cmd/input: how the bytes of a list are cut
 * into records.  It must not know what becomes of a record.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/input.h"
#include "tests/unit/tap.h"

#define READ_SIZE (64U * 1024U) /* what the source asks for at a time */
#define LONG	  INPUT_VALUE_MAX

/* A list, and how it is cut. */
struct list {
	struct input_format format;
	const char *path; /* NULL: these words */
	char *const *words;
	size_t nwords;
};

static struct list
list_in(const char *path)
{
	return (struct list){.format = {.delimiter = '\n'}, .path = path};
}

static int
open_list(struct input *in, const struct list *l)
{
	if (l->path != NULL)
		return input_open_file(in, &l->format, l->path);
	input_open_words(in, &l->format, l->words, l->nwords);
	return 0;
}

/* The descriptor to poll; -1: none. */
static int
fd_of(const struct input *in)
{
	return in->ended ? -1 : in->fd;
}

/* The path of an open descriptor. */
static const char *
path_of(int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

static void
put(int fd, const void *p, size_t n)
{
	if (write(fd, p, n) != (ssize_t)n)
		err(1, "cannot write the list");
}

/* A file without a name that holds n bytes; the caller closes it. */
static int
file_of(const void *p, size_t n)
{
	const char *tmp = getenv("TMPDIR");
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s/test_input.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if ((fd = mkostemp(name, O_CLOEXEC)) == -1)
		err(1, "%s", name);
	unlink(name);
	put(fd, p, n);
	return fd;
}

/* Adds a record to a text: in <>, its odd bytes in octal; ! when refused. */
static void
add_shown(char *out, size_t size, const struct value *r)
{
	char part[8];
	size_t i;

	strlcat(out, r->why == NULL ? "<" : "!<", size);
	for (i = 0; i < r->len; i++) {
		snprintf(part, sizeof(part),
		    r->data[i] >= ' ' && r->data[i] <= '~' ? "%c" : "\\%03o",
		    (unsigned char)r->data[i]);
		strlcat(out, part, size);
	}
	strlcat(out, ">", size);
}

/* All records of a list, as one text. */
static const char *
records_of(const struct list *o)
{
	static char out[4096];
	enum input_result got;
	struct input s;
	struct value r;

	out[0] = '\0';
	if (open_list(&s, o) == -1)
		return "not opened";
	while ((got = input_next(&s, &r)) == INPUT_VALUE)
		add_shown(out, sizeof(out), &r);
	if (got != INPUT_END)
		strlcat(out, " and no end", sizeof(out));
	input_close(&s);
	return out;
}

/* What a list of n bytes is cut into. */
static void
cuts(const void *p, size_t n, char delimiter, bool crlf, const char *want,
    const char *name)
{
	int fd = file_of(p, n);
	struct list o = list_in(path_of(fd));

	o.format.delimiter = delimiter;
	o.format.crlf = crlf;
	tap_str(records_of(&o), want, name);
	close(fd);
}

#define LINES(text, want, name)                                                \
	cuts(text, sizeof(text) - 1, '\n', false, want, name)
#define CRLF(text, want, name)                                                 \
	cuts(text, sizeof(text) - 1, '\n', true, want, name)
#define NULS(text, want, name)                                                 \
	cuts(text, sizeof(text) - 1, '\0', false, want, name)

static void
test_lines(void)
{
	LINES("", "", "an empty file has no record");
	LINES("\n", "<>", "an empty line is one");
	LINES("\n\n", "<><>", "two are two");
	LINES("a\nb\n", "<a><b>", "lines");
	LINES("a\nb", "<a><b>", "the last may be without its end");
	LINES("a\n\nb\n\n", "<a><><b><>", "empty lines among them");
	LINES(" a \n\tb\n", "< a ><\\011b>", "blanks stay");
	LINES("\xff\xfe\n\x80", "<\\377\\376><\\200>", "so do odd bytes");
	LINES("a\0b\nc\n\0", "!<a\\000b><c>!<\\000>",
	    "a line with a NUL is refused, and no other");
	LINES("a\r\nb\r\n", "<a\\015><b\\015>", "a CR stays");
}

static void
test_crlf(void)
{
	CRLF("a\r\nb\r\n", "<a><b>", "with --crlf a CR before the end goes");
	CRLF("a\r\nb\nc\r", "<a><b><c>", "where there is one");
	CRLF("\r\n\r\r\n", "<><\\015>", "and only one");
	CRLF("a\rb\r\n", "<a\\015b>", "and only there");
	cuts("a\r\0b\r\n\0", 7, '\0', true, "<a\\015><b\\015\\012>",
	    "and not from records that end in NUL");
}

static void
test_nuls(void)
{
	NULS("", "", "-0: an empty file has no record");
	NULS("a\0b\0", "<a><b>", "records");
	NULS("a\0b", "<a><b>", "the last may be without its end");
	NULS("\0\0", "<><>", "empty ones");
	NULS("a\nb\n\0c\r\n\0", "<a\\012b\\012><c\\015\\012>",
	    "new lines belong to them");
}

static void
test_words(void)
{
	char first[] = "a b", second[] = "", third[] = "c\n";
	char *words[] = {first, second, third};
	struct list o;

	memset(&o, 0, sizeof(o));
	o.words = words;
	o.nwords = 3;
	tap_str(records_of(&o), "<a b><><c\\012>", "words are records");
	o.nwords = 0;
	tap_str(records_of(&o), "", "no words are none");
}

static void
test_open(void)
{
	struct list o = list_in("/nonexistent/list");
	struct input s;

	errno = 0;
	tap_ok(open_list(&s, &o) == -1 && errno == ENOENT,
	    "a file that isn't there can't be opened");
	tap_str(s.name, "/nonexistent/list", "and is named");
	o.path = "/";
	errno = 0;
	tap_ok(
	    open_list(&s, &o) == -1 && errno == EISDIR, "nor can a directory");
	tap_str(s.name, "/", "and is named too");
}

/* The stated numbers of lines, for messages. */
static void
test_line_numbers(void)
{
	int fd = file_of("a\n\0\nc", 5);
	struct list o = list_in(path_of(fd));
	struct input s;
	struct value r;
	uint64_t n;

	open_list(&s, &o);
	tap_int((long long)s.line, 0, "before the first there is no line");
	for (n = 1; n <= 3; n++) {
		input_next(&s, &r);
		tap_int((long long)s.line, (long long)n, "lines are counted");
	}
	input_next(&s, &r);
	tap_int((long long)s.line, 3, "the end is none");
	tap_int(input_next(&s, &r), INPUT_END, "and stays the end");
	input_close(&s);
	close(fd);
}

/*
 * A pipe, as a producer fills it: nothing is read before it polled readable,
 * and then once.
 */
static void
test_pipe(void)
{
	struct list o;
	struct input s;
	struct value r;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		err(1, "pipe");
	o = list_in(path_of(fds[0]));
	open_list(&s, &o);
	close(fds[0]);
	tap_int(input_next(&s, &r), INPUT_WAIT, "an empty pipe: wait");
	tap_ok(fd_of(&s) >= 0, "for its descriptor");
	put(fds[1], "a\nb", 3);
	tap_int(input_next(&s, &r), INPUT_WAIT, "not before it's readable");
	s.readable = true;
	tap_ok(
	    input_next(&s, &r) == INPUT_VALUE && r.len == 1 && *r.data == 'a',
	    "a line is a record as soon as it is there");
	tap_int(input_next(&s, &r), INPUT_WAIT, "half a line is none");
	put(fds[1], "c\nd", 3);
	s.readable = true;
	tap_ok(input_next(&s, &r) == INPUT_VALUE && r.len == 2 &&
		memcmp(r.data, "bc", 2) == 0,
	    "until the rest comes");
	close(fds[1]);
	tap_int(input_next(&s, &r), INPUT_WAIT, "the end is not guessed");
	s.readable = true;
	tap_ok(
	    input_next(&s, &r) == INPUT_VALUE && r.len == 1 && *r.data == 'd',
	    "at the end a line without its end is a record");
	tap_int(input_next(&s, &r), INPUT_END, "then it's the end");
	tap_int(fd_of(&s), -1, "and nothing is to be polled");
	input_close(&s);
}

/* The list becomes a descriptor that can't be read: not the list's end. */
static void
test_read_error(void)
{
	int fd = file_of("a\nb", 3);
	struct list o = list_in(path_of(fd));
	struct input s;
	struct value r;

	open_list(&s, &o);
	close(fd);
	tap_int(input_next(&s, &r), INPUT_VALUE, "what was read is whole");
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (fd == -1 || dup3(fd, s.fd, O_CLOEXEC) == -1)
		err(1, "/dev/null");
	errno = 0;
	tap_ok(input_next(&s, &r) == INPUT_FAILED && errno == EBADF,
	    "an error is no end, and half a line no record");
	input_close(&s);
	close(fd);
}

/* A list of one line of n bytes among two short ones. */
static int
long_list(size_t n, bool end)
{
	char *list = malloc(n + 6);
	int fd;

	memcpy(list, "a\n", 2);
	memset(list + 2, 'x', n);
	memcpy(list + 2 + n, "\nb\n", 3);
	fd = file_of(list, end ? n + 2 : n + 5);
	free(list);
	return fd;
}

/* The long line is a record, or is refused; what stands around it is itself. */
static void
long_line(size_t n, bool end, bool good, const char *name)
{
	int fd = long_list(n, end);
	struct list o = list_in(path_of(fd));
	struct input s;
	struct value r;
	bool ok;

	open_list(&s, &o);
	ok = input_next(&s, &r) == INPUT_VALUE && r.len == 1;
	ok = ok && input_next(&s, &r) == INPUT_VALUE;
	if (good)
		ok = ok && r.why == NULL && r.len == n && r.data[0] == 'x' &&
		    r.data[n - 1] == 'x';
	else
		ok = ok && r.why != NULL;
	ok = ok && s.buf.cap <= INPUT_VALUE_MAX + READ_SIZE;
	if (!end)
		ok = ok && input_next(&s, &r) == INPUT_VALUE && r.why == NULL &&
		    r.len == 1 && r.data[0] == 'b';
	ok = ok && input_next(&s, &r) == INPUT_END;
	tap_ok(ok, name);
	input_close(&s);
	close(fd);
}

static void
test_long_lines(void)
{
	size_t n;

	for (n = READ_SIZE - 4; n < READ_SIZE + 2; n++)
		long_line(
		    n, false, true, "a line ends about where a read does");
	long_line(LONG - 1, false, true, "a line that nearly is too long");
	long_line(LONG, false, true, "a line that just fits");
	long_line(LONG, true, true, "the same, without its end");
	long_line(LONG + 1, false, false, "one byte more is too much");
	long_line(LONG + 1, true, false, "without its end too");
	long_line(LONG + READ_SIZE, false, false, "so is a read more");
	long_line(LONG + READ_SIZE - 2, false, false, "or a bit less");
	long_line(LONG + READ_SIZE - 2, true, false, "without its end too");
	long_line(
	    3 * LONG, false, false, "a line is refused once, however long");
	long_line(3 * LONG, true, false, "without its end too");
}

/* Records of all lengths, so that reads end everywhere in them. */
static void
test_many(void)
{
	enum { N = 3000 };
	char *list = malloc(N * (N / 10 + 12)), *p = list, want[N / 10 + 12];
	struct list o;
	struct input s;
	struct value r;
	int fd, i, n;

	for (i = 0; i < N; i++)
		p += snprintf(p, N / 10 + 12, "%d%*s\n", i, i % (N / 10), "x");
	fd = file_of(list, (size_t)(p - list));
	o = list_in(path_of(fd));
	open_list(&s, &o);
	for (i = 0; input_next(&s, &r) == INPUT_VALUE; i++) {
		n = snprintf(want, sizeof(want), "%d%*s", i, i % (N / 10), "x");
		if (r.len != (size_t)n || memcmp(r.data, want, r.len) != 0)
			break;
	}
	tap_int(i, N, "records are whole wherever a read ends");
	input_close(&s);
	close(fd);
	free(list);
}

int
main(void)
{
	test_lines();
	test_crlf();
	test_nuls();
	test_words();
	test_open();
	test_line_numbers();
	test_pipe();
	test_read_error();
	test_long_lines();
	test_many();
	return tap_done();
}
