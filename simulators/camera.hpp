// A terminal's camera: pictures that leave in parts and stay until the platform has them whole.
#pragma once

#include "telematics/jtt808/messages.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace liuhen::simulators {

/// A picture as a camera makes it: begins and ends like a JPEG, between them noise that follows
/// from its number alone.
telematics::Bytes picture(std::uint32_t number, std::size_t size);

/// Why a picture was taken, as 0x0801 numbers it.
enum class Occasion : std::uint8_t { order = 0, doors_opened = 4 };

class Camera {
public:
    /// The frames of a new picture, for a header that lends edition, phone and its first serial.
    /// `lost` parts (counted from 1) do not leave this time.
    telematics::Bytes send(std::uint32_t number, Occasion occasion,
                           const telematics::jtt808::Position& here,
                           telematics::jtt808::Header head,
                           const std::vector<std::uint16_t>& lost = {});
    /// The platform has it, or wants parts of it again: their frames.
    telematics::Bytes hear(const telematics::jtt808::MediaReply& reply);
    /// The platform wants parts of the message that began with this serial again.
    telematics::Bytes hear(const telematics::jtt808::PlatformMissingParts& wanted);

    /// Serials that a picture takes.
    [[nodiscard]] static std::size_t serials();
    /// Pictures that the platform does not have yet.
    [[nodiscard]] std::size_t waiting() const { return pictures_.size(); }

private:
    struct Picture {
        std::uint16_t first_serial{};
        std::vector<telematics::Bytes> frames;
    };
    std::map<std::uint32_t, Picture> pictures_;  ///< by number
};

}  // namespace liuhen::simulators
