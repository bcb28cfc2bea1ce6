// What an answer of the national system means, whatever it looks like, and when to try again.
#include "server/national/answer.hpp"
#include "server/national/credentials.hpp"
#include "tests/support/authority.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace liuhen::server;
using namespace liuhen::server::national;
using namespace std::chrono_literals;

namespace {

constexpr const char* key = "33112026000001-4-load_sign";

Verdict judged(int status, std::string body) {
    OutboundAnswer answer;
    answer.status = status;
    answer.body = std::move(body);
    return judge(answer, key);
}
std::string said(const std::string& result, const std::string& more = {}) {
    return R"({"result":")" + result + R"(","key":")" + key + "\"" + more + "}";
}

// A file of credentials with mode 0600, gone with the object.
struct CredentialsFile {
    explicit CredentialsFile(const std::string& text, ::mode_t mode = 0600) {
        path = (std::filesystem::temp_directory_path() /
                ("lh-credentials-" + std::to_string(::getpid())))
                   .string();
        std::ofstream{path} << text;
        ::chmod(path.c_str(), mode);
    }
    ~CredentialsFile() { std::filesystem::remove(path); }
    CredentialsFile(const CredentialsFile&) = delete;
    CredentialsFile& operator=(const CredentialsFile&) = delete;
    std::string path;
};

}  // namespace

TEST_CASE("accepted and duplicate are as good as one another") {
    CHECK(judged(200, said("accepted")).outcome == Outcome::accepted);
    CHECK(judged(201, said("accepted", R"(,"reference":"N-77")")).reference == "N-77");
    CHECK(judged(200, said("duplicate")).outcome == Outcome::duplicate);
    CHECK(judged(409, said("duplicate")).outcome == Outcome::duplicate);
}

TEST_CASE("a refusal says why by a code") {
    const auto verdict =
        judged(422, said("refused", R"(,"code":"WASTE_UNKNOWN","message":"no such waste")"));
    CHECK(verdict.outcome == Outcome::refused);
    CHECK(verdict.code == "WASTE_UNKNOWN");
    CHECK(verdict.message == "no such waste");
    CHECK(judged(400, said("refused", R"(,"code":"X")")).outcome == Outcome::refused);
    CHECK(judged(422, said("refused")).outcome == Outcome::unanswered);
}

TEST_CASE("whatever is not plainly an answer to this report is none") {
    CHECK(judged(200, "").outcome == Outcome::unanswered);
    CHECK(judged(200, "<html>welcome</html>").outcome == Outcome::unanswered);
    CHECK(judged(200, "[]").outcome == Outcome::unanswered);
    CHECK(judged(200, R"({"result":1})").outcome == Outcome::unanswered);
    CHECK(judged(200, R"({"result":"ok"})").outcome == Outcome::unanswered);
    CHECK(judged(200, R"({"result":"accepted"})").code == "WRONG_KEY");
    CHECK(judged(200, R"({"result":"accepted","key":"33112026000001-5-depart"})").code ==
          "WRONG_KEY");
    // A proxy's word, credentials that have run out, a wrong address: not the report's fault.
    for (const int status : {301, 401, 403, 404, 429, 500, 502, 503}) {
        INFO(status);
        CHECK(judged(status, said("accepted")).outcome == Outcome::unanswered);
        CHECK(judged(status, said("refused", R"(,"code":"X")")).outcome == Outcome::unanswered);
        CHECK(judged(status, "").code == "HTTP_" + std::to_string(status));
    }
    OutboundAnswer cut;
    cut.status = 200;
    cut.body = said("accepted");
    cut.cut = true;
    CHECK(judge(cut, key).outcome == Outcome::unanswered);
    OutboundAnswer silent;
    silent.fault = OutboundFault::timed_out;
    CHECK(judge(silent, key).code == "timed_out");
}

TEST_CASE("what an answer says is cut to what is kept, and shows no control characters") {
    std::string words;
    for (int i = 0; i < 600; ++i) words += "废";
    const auto verdict = judged(
        422, said("refused", R"(,"code":"A\u0007B","message":")" + words + R"(","reference":7)"));
    CHECK(verdict.code == "AB");
    CHECK(verdict.message.size() == 500 * 3);
    CHECK(verdict.reference.empty());
}

TEST_CASE("waits grow from ten seconds to ten minutes, spread, and heed what was asked for") {
    const auto even = [](int attempts) { return wait_after(attempts, 0.5, 0s); };
    CHECK(even(1) == 10s);
    CHECK(even(2) == 30s);
    CHECK(even(3) == 60s);
    CHECK(even(4) == 120s);
    CHECK(even(6) == 480s);
    CHECK(even(7) == 600s);
    CHECK(even(1'000'000) == 600s);
    CHECK(even(0) == 10s);
    CHECK(wait_after(1, 0, 0s) == 8s);
    CHECK(wait_after(1, 1, 0s) == 12s);
    CHECK(wait_after(1, 0.5, 90s) == 90s);
    CHECK(wait_after(7, 0.5, 90s) == 600s);
}

TEST_CASE("a report is vouched for by a token, by a signature of Standard Webhooks, or both") {
    const liuhen::Instant now{liuhen::Duration{1'700'000'000'123}};
    CHECK(Credentials{}.headers(key, now, "{}").empty());
    const CredentialsFile file{"# both\nbearer=abc.def\nhmac=0123456789abcdef0123456789abcdef\n"};
    const auto headers = Credentials::from_file(file.path).headers(key, now, "{}");
    // printf '%s' '33112026000001-4-load_sign.1700000000.{}' |
    //     openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef -binary | base64
    CHECK(headers == std::vector<std::string>{
                         "Authorization: Bearer abc.def",
                         "webhook-id: 33112026000001-4-load_sign",
                         "webhook-timestamp: 1700000000",
                         "webhook-signature: v1,M6drOB9NoqtOsdioJdf0bS1FK7jRTEUuTSeVoc6hig8=",
                     });
}

TEST_CASE("a client certificate is named with its key, which is private and belongs to it") {
    const liuhen::test::Authority authority{"Nation"};
    const auto own = authority.issue("own");
    const auto other = authority.issue("other");
    const auto read = [](const std::string& certificate, const std::string& its_key) {
        const CredentialsFile file{"certificate=" + certificate + "\ncertificate-key=" + its_key +
                                   "\n"};
        return Credentials::from_file(file.path);
    };
    CHECK(read(own.file, own.key).certificate() == own.file);
    CHECK(read(own.file, own.key).certificate_key() == own.key);
    CHECK_THROWS_WITH(read(own.file, other.key), Catch::Contains("does not belong"));
    CHECK_THROWS_WITH(read("/nowhere.pem", own.key), Catch::Contains("/nowhere.pem"));
    const CredentialsFile half{"certificate=" + own.file + "\n"};
    CHECK_THROWS_WITH(Credentials::from_file(half.path), Catch::Contains("not both"));
    std::filesystem::permissions(own.key, std::filesystem::perms::all);
    CHECK_THROWS_WITH(read(own.file, own.key), Catch::Contains("chmod 600"));
}

TEST_CASE("a file of credentials that is not one is refused without showing what is in it") {
    for (const char* text : {"", "bearer=\n", "bearer=a b\n", "bearer=a\nbearer=b\n", "token=a\n",
                             "hmac=short\n", "s3cr3t\n"}) {
        INFO(text);
        const CredentialsFile file{text};
        CHECK_THROWS_WITH(Credentials::from_file(file.path), !Catch::Contains("s3cr3t"));
    }
    const CredentialsFile longer{"bearer=" + std::string(16 * 1024, 'a')};
    CHECK_THROWS_WITH(Credentials::from_file(longer.path), Catch::Contains("16 KiB"));
    const CredentialsFile open{"bearer=abc\n", 0644};
    CHECK_THROWS_WITH(Credentials::from_file(open.path), Catch::Contains("chmod 600"));
}
