// How much of a body is read, decided when its header is there: the content of a file is large, and
// who sends it is known before so much is read and kept.
#pragma once

#include "server/http/front.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace liuhen::server::http {

inline constexpr std::chrono::seconds file_time{120};  ///< monotonic, for the body of a file

struct BodyRoom {
    std::size_t bytes = max_body_bytes;
    std::chrono::seconds time = body_time;
    std::unique_ptr<HeldPlaces::Place> place;  ///< held until the request is answered
    std::optional<Reply> refusal;              ///< nothing of the body is read
};

/// `announced` is the Content-Length, empty where the body comes in chunks.
awaitable<BodyRoom> room_for_body(Front& front, const Request& header,
                                  std::optional<std::uint64_t> announced);

}  // namespace liuhen::server::http
