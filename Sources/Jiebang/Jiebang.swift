import ArgumentParser
@main struct Jiebang: AsyncParsableCommand { func run() async throws {} }
