#include "telematics/jtt808/messages.hpp"

namespace liuhen::telematics::jtt808 {

Message::Message() = default;
Message::Message(const Message& other) = default;
Message::Message(Message&& other) noexcept = default;
Message& Message::operator=(const Message& other) = default;
Message& Message::operator=(Message&& other) noexcept = default;
Message::~Message() = default;

bool operator==(const Message& a, const Message& b) {
    return static_cast<const AnyMessage&>(a) == static_cast<const AnyMessage&>(b);
}

std::uint16_t id_of(const Message& message) {
    return std::visit([](const auto& one) { return one.id; },
                      static_cast<const AnyMessage&>(message));
}

}  // namespace liuhen::telematics::jtt808
