// Numbered SQL files, forward only: each applied once, in order, in its own transaction.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace liuhen::server {

/// Why the schema cannot be brought up to date; a plain sentence.
struct MigrationRefused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Applies what is missing of `folder`'s NNN_*.sql as liuhen_owner, one migrator at a time, and
/// returns the names of what it applied; then chains events that are older than the chain.
/// Refused: a file that changed after it was applied, one
/// that is stored but gone, one that comes before an applied one. Throws also when the database
/// cannot be reached or a statement fails; earlier files then stay applied.
std::vector<std::string> migrate(const std::string& conninfo, const std::filesystem::path& folder);

}  // namespace liuhen::server
