// Facts and recordings that are not part of the repository lie in ../shared beside it. A test that
// needs them says SKIPPED when they are absent; `liuhen test` counts those lines.
#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace liuhen::test {

/// The file or folder `relative` below ../shared, or nullopt when this machine does not have it.
inline std::optional<std::filesystem::path> shared_file(std::string_view relative) {
    const auto path = std::filesystem::path{LIUHEN_SOURCE_DIR} / ".." / "shared" / relative;
    std::error_code error;
    if (!std::filesystem::exists(path, error) || error) return std::nullopt;
    return std::filesystem::weakly_canonical(path);
}

/// Says that the running test case is not carried out, and why. The caller returns right after.
inline void skip(std::string_view reason) {
    std::cout << "SKIPPED: " << reason << std::endl;
    WARN("SKIPPED: " << std::string{reason});
}

}  // namespace liuhen::test
