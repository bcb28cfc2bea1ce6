// What a machine that runs Liuhen is watched and locked in by.
#include "tests/support/shared.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;
const fs::path root{LIUHEN_SOURCE_DIR};

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::set<std::string> metrics_in(const std::string& text) {
    static const std::regex name{"liuhen_[a-z_]+[a-z]"};
    std::set<std::string> names;
    for (std::sregex_iterator at{text.begin(), text.end(), name}, end; at != end; ++at)
        names.insert((*at).str());
    return names;
}

std::set<std::string> metrics_of_server() {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator{root / "server"}) {
        if (entry.path().extension() != ".cpp") continue;
        for (const auto& name : metrics_in(text_of(entry.path()))) {
            names.insert(name);
            for (const char* part : {"_bucket", "_count", "_sum"}) names.insert(name + part);
        }
    }
    return names;
}

bool is_installed(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

TEST_CASE("each metric that rules and the dashboard ask for is one of the server's") {
    const auto served = metrics_of_server();
    for (const char* file : {"packaging/alerts.rules.yml", "packaging/dashboard.json"}) {
        const auto asked = metrics_in(text_of(root / file));
        CHECK(asked.size() > 5);
        for (const auto& name : asked) {
            INFO(file << " asks for " << name);
            CHECK(served.contains(name));
        }
    }
}

TEST_CASE("alert rules are what Prometheus takes, and fire") {
    if (!is_installed("promtool")) return liuhen::test::skip("promtool is not installed");
    const std::string folder = (root / "packaging").string();
    CHECK(std::system(("cd '" + folder + "' && promtool test rules alerts.test.yml >&2").c_str()) ==
          0);
}

TEST_CASE("the service is locked in") {
    if (!is_installed("systemd-analyze"))
        return liuhen::test::skip("systemd-analyze is not installed");
    const std::string unit = (root / "packaging/liuhen.service").string();
    CHECK(std::system(
              ("systemd-analyze security --offline=true --threshold=15 '" + unit + "' >/dev/null")
                  .c_str()) == 0);
}
