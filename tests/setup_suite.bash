# setup_suite: one real web server for all test files.

setup_suite() {
	SITE_DIR=$(mktemp -d "${TMPDIR:-/tmp}/forkpool-site.XXXXXX")
	export SITE_DIR
	SITE_LOG=1 "$BATS_TEST_DIRNAME/site/serve" "$SITE_DIR" >/dev/null \
		3>&- 4>&- || return 1
	SITE_URL=$(cat "$SITE_DIR/url")
	export SITE_URL
}

teardown_suite() {
	"$BATS_TEST_DIRNAME/site/stop" "$SITE_DIR"
	rm -rf "$SITE_DIR"
}
