#include "simulators/camera.hpp"

#include "simulators/chance.hpp"
#include "telematics/jtt808/catalogue.hpp"

#include <algorithm>

namespace liuhen::simulators {
namespace {

using namespace telematics::jtt808;
using telematics::Bytes;
using telematics::ByteView;

constexpr std::size_t picture_bytes = 24'000;
constexpr std::size_t media_head_bytes = 8 + 28;

void append(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace

Bytes picture(std::uint32_t number, std::size_t size) {
    Bytes data{std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}, std::byte{0xE0}};
    Chance noise{number};
    while (data.size() + 2 < size) data.push_back(static_cast<std::byte>(noise.next()));
    data.push_back(std::byte{0xFF});
    data.push_back(std::byte{0xD9});
    return data;
}

std::size_t Camera::serials() { return frames_needed(media_head_bytes + picture_bytes); }

Bytes Camera::send(std::uint32_t number, Occasion occasion, const Position& here, Header head,
                   const std::vector<std::uint16_t>& lost) {
    Media media;
    media.head = {.media = number,
                  .kind = 0,
                  .format = 0,
                  .event = static_cast<std::uint8_t>(occasion),
                  .channel = 1};
    media.position = here;
    media.position.items.clear();
    media.data = picture(number, picture_bytes);
    const Bytes body = encode(media, head.edition);
    const std::size_t parts = frames_needed(body.size());
    const std::size_t each = (body.size() + parts - 1) / parts;
    Picture made{.first_serial = head.serial, .frames = {}};
    head.id = Media::id;
    Bytes out;
    for (std::size_t i = 0; i < parts; ++i) {
        const auto index = static_cast<std::uint16_t>(i + 1);
        head.part = Part{.total = static_cast<std::uint16_t>(parts), .index = index};
        const std::size_t from = i * each;
        made.frames.push_back(
            seal(head, ByteView{body}.subspan(from, std::min(each, body.size() - from))));
        ++head.serial;
        if (std::ranges::find(lost, index) == lost.end()) append(out, made.frames.back());
    }
    pictures_[number] = std::move(made);
    return out;
}

Bytes Camera::hear(const MediaReply& reply) {
    const auto found = pictures_.find(reply.media);
    if (found == pictures_.end()) return {};
    if (!reply.missing || reply.missing->packets.empty()) {
        pictures_.erase(found);
        return {};
    }
    Bytes out;
    for (const std::uint16_t index : reply.missing->packets) {
        if (index >= 1 && index <= found->second.frames.size())
            append(out, found->second.frames[index - 1U]);
    }
    return out;
}

Bytes Camera::hear(const PlatformMissingParts& wanted) {
    Bytes out;
    for (const auto& [number, one] : pictures_) {
        if (one.first_serial != wanted.first_serial) continue;
        for (const std::uint16_t index : wanted.indexes) {
            if (index >= 1 && index <= one.frames.size()) append(out, one.frames[index - 1U]);
        }
    }
    return out;
}

}  // namespace liuhen::simulators
