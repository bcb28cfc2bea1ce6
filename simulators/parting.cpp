#include "simulators/parting.hpp"

#include "telematics/jtt808/frame.hpp"

#include <utility>

namespace liuhen::simulators {

Parted Parting::feed(telematics::ByteView bytes) {
    constexpr std::byte opening{'('}, closing{')'};
    Parted parted;
    for (const std::byte b : bytes) {
        if (inside_ == Inside::nothing && b == opening) inside_ = Inside::sentence;
        if (inside_ != Inside::sentence) {
            if (b == telematics::jtt808::delimiter)
                inside_ = inside_ == Inside::frame ? Inside::nothing : Inside::frame;
            parted.frames.push_back(b);
        } else if (b == closing) {
            parted.sentences.push_back(std::exchange(sentence_, {}));
            inside_ = Inside::nothing;
        } else {
            sentence_.push_back(static_cast<char>(b));
        }
    }
    return parted;
}

}  // namespace liuhen::simulators
