// A terminal's whole conversation about 0x0200 with six items: scan, understand, keep the frame,
// answer. Usage: conversation_bench [RUNS]
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "tests/bench/bench.hpp"
#include "tests/bench/reports.hpp"

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

bench::Work conversation(const Bytes& stream, std::size_t read) {
    return [&stream, read] {
        Dialogue dialogue{[](std::string_view number) {
            Enrolled enrolled;
            enrolled.terminal = {std::string{number}};
            enrolled.profile.speaks_before_authentication = true;
            return enrolled;
        }};
        std::size_t seen = 0;
        bench::in_reads(stream, read, [&](ByteView bytes) {
            seen += dialogue.hear(bytes, bench::received).seen.size();
        });
        return seen;
    };
}

}  // namespace

int main(int count, char** arguments) {
    const Bytes stream = bench::stream_of_reports();
    const std::size_t frame_bytes = stream.size() / bench::frames_in_stream;
    std::printf("0x0200 with six items, %zu bytes a frame; time of one core for a frame\n",
                frame_bytes);
    bench::Results results{"conversation", bench::runs_of(count, arguments)};
    results.measure("Dialogue::hear, reads of 4 KiB", bench::frames_in_stream,
                    conversation(stream, bench::read_bytes));
    results.measure("Dialogue::hear, one frame a read", bench::frames_in_stream,
                    conversation(stream, frame_bytes));
}
