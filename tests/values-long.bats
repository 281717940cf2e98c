# values, in full: random values, made of what shells care about, in all places.

load helper

# random_values SEED N: N values, each with a NUL behind it
random_values() {
	LC_ALL=C awk -v seed="$1" -v n="$2" 'BEGIN {
		srand(seed)
		k = split("a|b| |\t|\n|\\|\047|\"|`|$|$(|)|(|{|}|{}|;|&|<|>|<<E|\nE\n" \
			"|*|?|[|]|~|!|#|=|%s|\\0|-|--|${fp1}|$1|$((|))|touch x" \
			"|: > x|\r|\033|\377|\303\251|\201|/|,|.", part, "|")
		part[++k] = "|"
		while (n-- > 0) {
			for (len = int(rand() * 12); len > 0; len--)
				printf "%s", part[int(rand() * k) + 1]
			printf "%c", 0
		}
	}'
}

scripts=(
	'printf "%s\0" {}'
	'printf "%s\0" "{}"'
	"printf '%s\\0' '{}'"
	'x=$(printf %s. {}); printf "%s\0" "${x%.}"'
	'x="$(printf %s. "{}")"; printf "%s\0" "${x%.}"'
	'x=`printf %s. {}`; printf "%s\0" "${x%.}"'
	$'x=$(cat <<E\n{}.\nE\n); printf "%s\\0" "${x%.}"'
	'f() { shift; printf "%s\0" {}; }; set -- p; f p q'
	'case {} in "{}") printf "%s\0" {};; esac'
	'for i in {}; do printf "%s\0" "$i"; done'
	'printf "%s\0" "$1"'
	'printf "%s\0"'
)

@test 'random values arrive in every place, with every shell' {
	mkdir dir
	for round in {1..4}; do
		seed=$RANDOM
		echo "seed $seed"
		random_values "$seed" 100 >values
		[ "$(tr -dc '\0' <values | wc -c)" -eq 100 ]
		for script in "${scripts[@]}"; do
			for shell in dash bash; do
				(cd dir && forkpool run -0 --shell-program \
					"$shell" "$script" <../values >../out)
				cmp out values
			done
		done
		echo "round $round is good"
	done
	rmdir dir
}

@test 'random values arrive in what --dry-run prints' {
	mkdir dir
	seed=$RANDOM
	echo "seed $seed"
	random_values "$seed" 300 >values
	for script in "${scripts[@]:0:4}"; do
		forkpool run -0 --dry-run "$script" <values >lines
		for shell in dash bash; do
			(cd dir && $shell ../lines >../out)
			cmp out values
		done
	done
	forkpool run -0 --dry-run printf '%s\0' <values >lines
	for shell in dash bash; do
		(cd dir && $shell ../lines >../out)
		cmp out values
	done
	rmdir dir
}
