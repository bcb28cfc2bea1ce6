// Files of keys: only their owner may read them, and they are made whole or not at all.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace liuhen::server {

/// A file of secret bytes, and what it is called in a complaint: "the secret key /etc/k".
struct KeyFile {
    std::string path;
    std::string_view what;

    /// At most `most` bytes of it. Throws std::runtime_error with a plain sentence when it is
    /// missing, no plain file, or may be read or written by anybody but its owner.
    [[nodiscard]] std::string read(std::size_t most) const;
    /// Makes it, and the folders above it, of these bytes with mode 0600; one that
    /// already, made by another at the same moment, is as good and left alone. Throws
    /// std::runtime_error.
    void make(std::string_view bytes) const;
    /// Throws "the secret key /etc/k does not ...".
    [[noreturn]] void bad(const std::string& why) const;
};

}  // namespace liuhen::server
