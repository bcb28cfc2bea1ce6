// Signed lists in files beside the database, one a line: who owns the database alone cannot change
// them.
#pragma once

#include "server/history/key.hpp"
#include "server/history/list.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::history {

/// A file is named by the number of its first list, so that their order is that of their names.
inline constexpr std::uintmax_t file_bytes = 64 * 1024 * 1024;  ///< then the next one begins

/// Reads the lists of a folder in their order, one at a time.
class AnchorReader {
public:
    /// From the file that holds list `from`. Throws std::runtime_error when there is no folder.
    explicit AnchorReader(const std::filesystem::path& folder, std::uint64_t from = 1);

    struct Line {
        std::string where;               ///< "anchors-000000000001.jsonl:17"
        std::optional<SignedList> list;  ///< nullopt: the line is no list
    };
    /// Nullopt at the end. A last line without its end is not there yet: it is being written, or
    /// a crash cut it short.
    std::optional<Line> next();

private:
    std::vector<std::filesystem::path> files_;
    std::size_t file_ = 0;
    std::size_t line_ = 0;
    std::ifstream in_;
};

/// The public keys that lie in a folder as key-ID.pem.
std::vector<Verifier> keys_in(const std::filesystem::path& folder);

/// Appends to a folder, which is made when it is not there. One writer at a time.
class AnchorFolder {
public:
    /// Throws std::runtime_error when it cannot be made.
    explicit AnchorFolder(std::filesystem::path folder);

    /// Leaves the public keys beside the lists.
    void publish(const PublicKeys& keys) const;
    /// The last whole list. A line that a crash cut short is taken away first: it was not answered
    /// for. Throws std::runtime_error when the last line is whole and yet no list.
    std::optional<SignedList> newest();
    /// On the disk when it returns. Throws std::runtime_error.
    void append(std::uint64_t number, const SignedList& list);

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }

private:
    std::filesystem::path folder_;
    std::filesystem::path file_;  ///< the newest; empty: none yet
};

}  // namespace liuhen::server::history
