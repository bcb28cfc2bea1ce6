#include "telematics/jtt808/papers.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {

bool RecorderData::plausible() const {
    static constexpr std::array mark{std::byte{0x55}, std::byte{0x7A}};
    return block.empty() ||
           (block.size() >= mark.size() && std::equal(mark.begin(), mark.end(), block.begin()));
}

}  // namespace liuhen::telematics::jtt808
