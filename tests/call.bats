# call: a kind of job that is the user's own, in C.

load helper

# compile NAME.c [WORD ...]: makes NAME.so, as a user does
compile() {
	local source=$1
	shift
	cc -std=c11 -Wall -Wextra -Wpedantic -Werror -shared -fPIC \
		-I"$BATS_TEST_DIRNAME/../worker" "$@" \
		-o "$(basename "$source" .c).so" "$source"
}

# kind.so: a kind that does what its word says
make_kind() {
	cat >kind.c <<-'END'
		#define _DEFAULT_SOURCE
		#include <errno.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <unistd.h>
		#include <forkpool-kind.h>

		#ifndef FLAGS
		#define FLAGS KIND_REPEATABLE
		#endif

		static const char *before = "", *first;
		static int opened, jobs;

		static const char *
		option(int id, const char *arg)
		{
			if (id != 4095)
				return "not mine";
			if (*arg == '\0')
				return "write a text";
			before = arg;
			return NULL;
		}

		static int
		own_words(char *const *words, size_t n, const char **why)
		{
			if (n == 0) {
				*why = "the first word is missing";
				return -1;
			}
			first = words[0];
			return 1;
		}

		static int
		begin(void)
		{
			opened = 1;
			return strcmp(first, "unopened") == 0 ? -1 : 0;
		}

		static int
		job(const struct job *job, struct reply *reply)
		{
			const char *word = job->args[0];
			char line[128];
			int n;

			jobs++;
			if (strcmp(word, "crash") == 0)
				abort();
			if (strcmp(word, "hang") == 0)
				for (;;)
					pause();
			if (strcmp(word, "stop") == 0)
				return -1;
			if (strcmp(word, "twice") == 0 &&
			    access("begun", F_OK) == 0)
				abort();
			if (strcmp(word, "twice") == 0)
				fclose(fopen("begun", "w"));
			if (strcmp(word, "fail") == 0 ||
			    strcmp(word, "twice") == 0)
				reply_fail(reply, EINVAL, "%s: \033 no", word);
			if (strcmp(word, "print") == 0)
				puts("unasked");
			n = snprintf(line, sizeof(line), "%s%s %s %zu\n", before,
			    first, opened == 1 ? word : "not opened", job->nargs);
			reply_output(reply, 1, line, (size_t)n);
			reply_fact(reply, "color", "green");
			kind_yield(reply);
			/* so long that it would be printed, if it may be */
			if (strcmp(word, "fail") == 0)
				usleep(200000);
			return 0;
		}

		static void
		end(void)
		{
			fprintf(stderr, "closed after %d\n", jobs);
		}

		static const struct option_def options[] = {
		    {"before", 'b', 4095, "TEXT", "begin lines with a text"},
		    {NULL, 0, 0, NULL, NULL},
		};

		const struct kind forkpool_kind = {
		    .abi = KIND_ABI,
		    .synopsis = "FIRST [WORD ...]",
		    .options = options,
		    .option = option,
		    .own_words = own_words,
		    .open = begin,
		    .job = job,
		    .close = end,
		    .default_jobs = 1,
		    .flags = FLAGS,
		};
	END
	compile kind.c "$@"
}

@test 'the example is a kind, and stands in the manual page' {
	compile "$BATS_TEST_DIRNAME/example/upper.c"
	seq -f 'line %g of $(them)' 5000 >list
	tr '[:lower:]' '[:upper:]' <list >want
	forkpool call -j3 ./upper.so <list | cmp - want
	forkpool call upper.so -j3 -a list | cmp - want
	run -0 --separate-stderr forkpool call ./upper.so --tag b a
	[ "$output" = $'b\tB\na\tA' ]
	run -0 forkpool call ./upper.so x{} ::: b a
	[ "$output" = $'XB\nXA' ]
	sed -n '/^#include <ctype.h>/,/^};/p' \
		"$BATS_TEST_DIRNAME/../man/forkpool-call.1" | sed 's/\\e/\\/g' |
		cmp - "$BATS_TEST_DIRNAME/example/upper.c"
}

@test 'facts of an attempt are not told of the next' {
	make_kind
	run -3 --separate-stderr forkpool call --json --retries 2 \
		--crash-limit 1 ./kind.so one ok twice
	[[ ${lines[0]} == *'"color":"green"'* ]]
	[[ ${lines[1]} == *'"outcome":"lost"'*'"attempts":2'* ]]
	[[ ${lines[1]} != *color* ]]
}

@test 'a kind has its own options and words, which follow its name' {
	make_kind
	run -0 --separate-stderr forkpool call --tag ./kind.so -b '< ' -j1 \
		one a b
	[ "$output" = $'a\t< one a 1\nb\t< one b 1' ]
	# in a worker that was opened, and closed
	[ "$stderr" = 'closed after 2' ]
	run -0 --separate-stderr forkpool call ./kind.so --before=x one \
		::: a ::: b
	[ "$output" = 'xone a 2' ]
	run -0 forkpool call ./kind.so --help
	[[ ${lines[0]} == 'usage: forkpool call [options] ./kind.so [options] FIRST [WORD ...]'* ]]
	[[ $output == *'-b, --before TEXT'*'begin lines'*'-j, --jobs'* ]]
	run -0 forkpool call --dry-run ./kind.so -b 'x y' one 'a b'
	[ "$output" = "forkpool call ./kind.so --before 'x y' one 'a b'" ]
	run -2 --separate-stderr forkpool call ./kind.so --before=
	[[ $stderr == "forkpool: --before '': write a text"* ]]
	for words in '--nonsense:--nonsense: no such option' \
		':call: the first word is missing'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr forkpool call ./kind.so ${words%%:*}
		[[ $stderr == "forkpool: ${words#*:}"* ]]
	done
}

@test 'a job that fails says why; what it prints by itself is dropped' {
	make_kind
	run -1 --separate-stderr forkpool call ./kind.so one fail print a
	[ "$output" = $'one fail 1\none print 1\none a 1' ]
	[[ $stderr == *'forkpool: fail: ^[ no'* ]]
	[[ $stderr == *'3 jobs: 2 ok, 1 failed' ]]
	[[ $stderr != *unasked* ]]
	make_kind -DFLAGS=KIND_WHOLE
	run -1 --separate-stderr forkpool call ./kind.so one fail a
	[ "$output" = 'one a 1' ]
}

@test 'a crash is the end of one job, which is named' {
	make_kind -DFLAGS='KIND_REPEATABLE | KIND_TINY'
	run -3 --separate-stderr forkpool call ./kind.so -j2 one a b crash c d
	[ "$output" = $'one a 1\none b 1\none c 1\none d 1' ]
	[[ $stderr == *'job 3 (crash): lost: '*'signal 6 (ABRT)'* ]]
	[[ $stderr == *'5 jobs: 4 ok, 1 lost' ]]
	run -1 --separate-stderr forkpool call ./kind.so --timeout 0.5 one a hang b
	[ "$output" = $'one a 1\none b 1' ]
	[[ $stderr == *'job 2 (hang): timed out'* ]]
	# what can't be repeated is not
	make_kind -DFLAGS=0
	run -3 --separate-stderr forkpool call ./kind.so --debug one a crash b
	[ "$output" = $'one a 1\none b 1' ]
	[ "$(grep -c 'JOB, job 2,' <<<"$stderr")" -eq 1 ]
	[[ $stderr == *'3 jobs: 2 ok, 1 lost' ]]
	# a worker that gives up
	run -3 --separate-stderr forkpool call ./kind.so one a stop b
	[ "$output" = $'one a 1\none b 1' ]
}

@test 'workers that can not begin are no more than a few [A11]' {
	make_kind
	run -4 --separate-stderr forkpool call -j2 --debug ./kind.so \
		unopened a b c d
	[ -z "$output" ]
	# after the third of them no other one is started
	[ "$(grep -c 'HELLO' <<<"$stderr")" -le 4 ]
	[[ $stderr == *$'\nforkpool: cannot start workers: they exit with 1\n'* ]]
	[[ $stderr == *' 4 jobs: 0 ok, 4 not run (from job 1 on)' ]]
}

@test 'a module of another version, or that is no kind, is refused' {
	make_kind
	sed 's/define KIND_ABI .*/define KIND_ABI 99/' \
		"$BATS_TEST_DIRNAME/../worker/forkpool-kind.h" >forkpool-kind.h
	cc -shared -fPIC -I. -o other.so kind.c
	run -2 --separate-stderr forkpool call ./other.so one a
	[[ $stderr =~ ^'forkpool: cannot load ./other.so: it was made with version 99 of forkpool-kind.h, and this is version '[0-9]+'; compile it again'$ ]]
	echo 'int nothing;' >nothing.c
	compile nothing.c
	echo text >text.so
	mkdir dir.so
	for pair in 'nothing.so:undefined symbol: forkpool_kind' \
		'text.so:file too short' 'dir.so:' 'none.so:No such file'; do
		run -2 --separate-stderr forkpool call "${pair%%:*}" </dev/null
		[[ $stderr == "forkpool: cannot load ./${pair%%:*}: "*"${pair#*:}"* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
	run -2 --separate-stderr forkpool call ::: a
	[[ $stderr == 'forkpool: call: the module is missing; '* ]]
}

@test 'a kind that is not as it should be is refused' {
	make_kind
	for pair in '.job = job,::it has no function for a job' \
		'.flags = FLAGS:.flags = 4096:it has flags that are for' \
		'.option = option,::it has options, but no function' \
		"'b', 4095:'b', 4096:it has an option whose id is not 1 to 4095" \
		'"begin lines with a text":NULL:it has an option without a help' \
		"'b', 4095:'j', 4095:its option --before is there already" \
		'"before":"timeout":its option --timeout is there already'; do
		IFS=: read -r from to why <<<"$pair"
		sed "s/$from/$to/" kind.c >bad.c
		! cmp -s kind.c bad.c
		cc -shared -fPIC -I"$BATS_TEST_DIRNAME/../worker" -o bad.so bad.c
		run -2 --separate-stderr forkpool call ./bad.so one a
		[[ $stderr == "forkpool: cannot load ./bad.so: $why"* ]]
	done
}

@test 'a function of the module is not taken for one of the program' {
	cat >own.c <<-'END'
		#include <string.h>
		#include <forkpool-kind.h>

		/* names that the program has too */
		int buf_add(const char *);
		int pool_run(void);
		const char *show_text(void);

		int buf_add(const char *s) { return (int)strlen(s); }
		int pool_run(void) { return buf_add("12"); }
		const char *show_text(void) { return "mine"; }

		static int
		job(const struct job *job, struct reply *reply)
		{
			(void)job;
			reply_output(reply, 1, show_text(), (size_t)pool_run());
			return 0;
		}

		const struct kind forkpool_kind = {.abi = KIND_ABI, .job = job};
	END
	compile own.c
	run -0 forkpool call ./own.so a
	[ "$output" = mi ]
}

@test 'a journal tells one module from another, and repeats what failed' {
	make_kind
	cp kind.so second.so
	forkpool call --journal j ./kind.so one a >/dev/null 2>&1
	run -0 --separate-stderr forkpool call --journal j --resume ./kind.so \
		one a b
	[ "$output" = 'one b 1' ]
	for words in 'second.so one a' 'kind.so two a'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr forkpool call --journal j --resume \
			./$words
		[ -n "$output" ]
	done
	run -1 --separate-stderr forkpool call --journal f ./kind.so -b x one \
		fail a
	run -1 --separate-stderr forkpool call --journal f --retry-failed
	[ "$output" = 'xone fail 1' ]
	run -2 --separate-stderr forkpool call --journal f --retry-failed \
		./kind.so
	[[ $stderr == *'leave them out'* ]]
}
