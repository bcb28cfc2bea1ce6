// Parts with any numbers in any order stay within the limits of the reassembly.
#include "telematics/jtt808/reassembly.hpp"

#include <algorithm>
#include <cstdlib>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader r{std::as_bytes(std::span{data, size})};
    Reassembly parts;
    Instant now{};
    while (r.remaining() >= 8) {
        Header head;
        head.id = r.u8();
        head.serial = r.u8();
        head.part = Part{.total = r.u8(), .index = r.u8()};
        now += std::chrono::seconds{r.u8()};
        const ByteView body = r.take(std::min<std::size_t>(r.u16(), r.remaining()));
        Frame frame{.head = head,
                    .bytes = {body.begin(), body.end()},
                    .body_at = 0,
                    .body_size = body.size()};
        const auto whole = parts.add(frame, now);
        if (parts.bytes_held() > Reassembly::max_bytes) std::abort();
        if (whole && *whole && !(*whole)->message.bytes.empty() &&
            (*whole)->serials.size() != head.part->total) {
            std::abort();
        }
    }
    return 0;
}
