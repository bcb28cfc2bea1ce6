#include "server/profiles_file.hpp"

#include "telematics/profile_registry.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace liuhen;
using namespace liuhen::telematics;

namespace {

// The models added here stay known to this program, as they would to the server.
Result<void, std::string> loaded(const std::string& rows) {
    const auto file = std::filesystem::temp_directory_path() /
                      ("liuhen-profiles-" + std::to_string(::getpid()) + ".rows");
    std::ofstream{file} << rows;
    auto result = server::load_profiles(file.string());
    std::filesystem::remove(file);
    return result;
}

}  // namespace

TEST_CASE("a file adds models to those that come with the program") {
    const auto before = known_profiles().size();
    REQUIRE(loaded("profile own-box\n  alarm 0 lid_open\n  allow bad_checksum\n"));
    CHECK(known_profiles().size() == before + 1);
    REQUIRE(find_profile("own-box") != nullptr);
    CHECK(find_profile("own-box")->accept_bad_checksum);
    CHECK(find_profile("own-box")->dialect->bits.size() == 1);
    CHECK(known_profiles().front().name == "standard");
}

TEST_CASE("a known name is taken only by a block that says so") {
    REQUIRE(loaded("profile own-tracker\n  zone 60\n"));
    const auto taken = loaded("# mine\nprofile own-tracker\n  zone 0\n");
    REQUIRE_FALSE(taken);
    CHECK(taken.error().find(".rows:2: ") != std::string::npos);
    CHECK(taken.error().find("replace") != std::string::npos);
    CHECK(find_profile("own-tracker")->time_zone == std::chrono::minutes{60});
    REQUIRE(loaded("profile own-tracker replace\n  zone 0\n"));
    CHECK(find_profile("own-tracker")->time_zone == std::chrono::minutes{0});
}

TEST_CASE("of a file with a fault nothing counts") {
    const auto before = known_profiles().size();
    const auto bad = loaded("profile own-good\n\nprofile own-bad\n  zone noon\n");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().find(".rows:4: zone MINUTES") != std::string::npos);
    const auto nothing = loaded("profile own-good\nprofile own-missing replace\n");
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().find(".rows:2: ") != std::string::npos);
    CHECK_FALSE(loaded("profile own-good anew\n"));
    CHECK(known_profiles().size() == before);
    CHECK(find_profile("own-good") == nullptr);
}

TEST_CASE("no file is no fault, a missing one is named") {
    CHECK(server::load_profiles(""));
    const auto missing = server::load_profiles("/nonexistent/models.rows");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().starts_with("/nonexistent/models.rows: "));
}
