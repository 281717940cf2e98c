# signals: what the tests of signals, descriptors and exit statuses share.
# shellcheck shell=bash disable=SC2034 # the tests use what is set here

# witness, a job.  "./witness NAME" prints "begin NAME", notes its pid in
# started.NAME and the signals that it gets in got.NAME, takes a moment then,
# and exits; with "stubborn" behind NAME it does not.  It prints "end NAME" and
# exits when there is a file go.NAME.
make_witness() {
	cat >witness <<-'E'
		#!/bin/bash
		tell() {
			echo "$1 $EPOCHREALTIME" >>"got.$name"
			[ -z "$stubborn" ] || return
			sleep 0.05
			echo exit >>"got.$name"
			exit 0
		}
		name=$1 stubborn=$2
		for signal in INT TERM HUP; do
			trap "tell $signal" $signal
		done
		echo "begin $name"
		echo $$ >"started.$name"
		until [ -e "go.$name" ]; do
			sleep 0.05
		done
		echo "end $name"
	E
	chmod +x witness
}

# got NAME WORD ...: the witness got these signals, or did that
got() {
	local want=${*:2}
	[ "$(cut -d' ' -f1 "got.$1" | tr '\n' ' ')" = "$want " ] || {
		echo "$1 got:"
		cat "got.$1"
		return 1
	}
}

# on_terminal FILE: bash runs that script on a terminal, in the background; what
# is written to descriptor 9 is typed there.
on_terminal() {
	timeout -k 2 40 script -qec true /dev/null </dev/null >/dev/null 2>&1 ||
		skip 'no terminals'
	mkfifo keys
	exec 9<>keys
	SHELL=/bin/sh timeout -k 2 40 env --default-signal=INT,QUIT,HUP \
		script -qefc "exec bash $1" typescript \
		<keys >/dev/null 2>&1 3>&- 9>&- &
	launched=$!
}

# interrupt_at_random ROUNDS: runs that are interrupted at some time or other,
# one by one or with their process group as by ^C; each dies of the signal and
# leaves nothing.
interrupt_at_random() {
	timeout -k 2 1800 env --default-signal=INT,QUIT,HUP python3 - \
		"$FORKPOOL" "$1" <<-'E' 3>&-
		import os, random, signal, subprocess, sys, time

		runs = [["run", "-j8", "true"], ["sleep", "-v", "-j8"],
		    ["run", "-j3", "sh", "-c", "setsid sleep 0.1 & sleep 0.1"]]
		for round in range(int(sys.argv[2])):
		    words = random.choice(runs) + [":::"] + ["0.01"] * 5000
		    signo = random.choice([signal.SIGINT, signal.SIGTERM,
		        signal.SIGHUP])
		    group = random.random() < 0.7
		    p = subprocess.Popen(sys.argv[1:2] + words,
		        start_new_session=True, stdin=subprocess.DEVNULL,
		        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
		    end = time.monotonic() + random.uniform(0.0003, 0.03)
		    while time.monotonic() < end:
		        pass
		    (os.killpg if group else os.kill)(p.pid, signo)
		    try:
		        told = p.communicate(timeout=15)[1].decode()
		    except subprocess.TimeoutExpired:
		        p.kill()
		        told = "did not end"
		    if p.returncode != -signo or "cannot" in told:
		        sys.exit(f"round {round}, {signo} to {words[:-500]}"
		            f" group={group}: {p.returncode}\n{told}")
	E
}
