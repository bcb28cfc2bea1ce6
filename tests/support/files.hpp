// Files to send, and their sending.
#pragma once

#include "tests/support/web.hpp"

#include <stdexcept>
#include <string>

namespace liuhen::test {

/// So many bytes that begin as `begin`, the rest made from `seed`.
inline std::string bytes_like(std::string begin, std::size_t size, unsigned seed = 1) {
    for (unsigned state = seed; begin.size() < size; state = state * 1'664'525U + 1'013'904'223U)
        begin += static_cast<char>(state >> 24U);
    return begin;
}
inline std::string jpeg_text(std::size_t size, unsigned seed = 1) {
    return bytes_like("\xff\xd8\xff\xe0", size, seed);
}
inline std::string png_text(std::size_t size, unsigned seed = 1) {
    return bytes_like("\x89PNG\r\n\x1a\n", size, seed);
}
inline std::string pdf_text(std::size_t size, unsigned seed = 1) {
    return bytes_like("%PDF-1.7\n", size, seed);
}

inline WebReply send_file(const Web& web, const std::string& bytes, const std::string& words = {},
                          const std::string& type = "application/octet-stream") {
    return web.send("POST", "/v1/files" + words, bytes, {{"Content-Type", type}});
}
/// The id of a small file, new or known.
inline std::string file_of(const Web& web, unsigned seed = 1) {
    const auto reply = send_file(web, jpeg_text(500, seed));
    if (reply.status != 200 && reply.status != 201) throw std::runtime_error{reply.body};
    return reply.json().at("id");
}

}  // namespace liuhen::test
